package io.stepwise.diffusion;

import java.util.Arrays;

/**
 * What a register holds after a {@link ReverseStep}: a sum whose terms are written by name. {@code new Mix().state(1 +
 * k).x0(-k)} is {@code (1 + k)·r0 - k·x0}. Terms that are not named have the factor 0. Immutable.
 */
public final class Mix {
    private final double[] registers;
    private final double x0;
    private final double output;
    private final double noise;

    /** The sum of nothing: 0. */
    public Mix() {
        this(new double[0], 0, 0, 0);
    }

    private Mix(double[] registers, double x0, double output, double noise) {
        this.registers = registers;
        this.x0 = x0;
        this.output = output;
        this.noise = noise;
    }

    /** This sum with {@code factor} times the state, r0. */
    public Mix state(double factor) {
        return register(0, factor);
    }

    /** This sum with {@code factor} times register {@code number} as it is before the step. */
    public Mix register(int number, double factor) {
        double[] factors = Arrays.copyOf(registers, Math.max(registers.length, number + 1));
        factors[number] = factor;
        return new Mix(factors, x0, output, noise);
    }

    /** This sum with {@code factor} times the clean image, predicted and clipped. */
    public Mix x0(double factor) {
        return new Mix(registers, factor, output, noise);
    }

    /** This sum with {@code factor} times the output of the network. */
    public Mix output(double factor) {
        return new Mix(registers, x0, factor, noise);
    }

    /** This sum with fresh noise of standard deviation {@code deviation}. */
    public Mix noise(double deviation) {
        return new Mix(registers, x0, output, deviation);
    }

    /** This sum plus {@code factor} times {@code other}. */
    public Mix plus(double factor, Mix other) {
        double[] sum = Arrays.copyOf(registers, Math.max(registers.length, other.registers.length));
        for (int number = 0; number < other.registers.length; number++) {
            sum[number] += factor * other.registers[number];
        }
        return new Mix(sum, x0 + factor * other.x0, output + factor * other.output, noise + factor * other.noise);
    }

    /** Whether the sum has fresh noise. */
    boolean isNoisy() {
        return noise != 0;
    }

    /**
     * The {@link ReverseStep#matrix} that makes register i sum i; K is the number of sums.
     *
     * @throws IllegalArgumentException if a sum has a register that is not among the K
     */
    static double[] matrix(Mix... sums) {
        int columns = sums.length + 3;
        double[] matrix = new double[sums.length * columns];
        for (int row = 0; row < sums.length; row++) {
            Mix sum = sums[row];
            if (sum.registers.length > sums.length) {
                throw new IllegalArgumentException(
                        "register " + (sum.registers.length - 1) + " must be below " + sums.length);
            }
            System.arraycopy(sum.registers, 0, matrix, row * columns, sum.registers.length);
            int rest = row * columns + sums.length;
            matrix[rest] = sum.x0;
            matrix[rest + 1] = sum.output;
            matrix[rest + 2] = sum.noise;
        }
        return matrix;
    }
}
