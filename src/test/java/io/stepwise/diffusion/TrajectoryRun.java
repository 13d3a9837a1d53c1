package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Runs a trajectory in plain {@code double}, one step after the other as {@link ReverseStep} has it, and keeps everything. */
@SuppressWarnings("ArrayRecordComponent")
public final class TrajectoryRun {
    /** A network: input and timestep to output, which may have twice the elements (learned variance). */
    public interface Network {
        double[] apply(double[] input, double timestep);
    }

    /** The known part of an image to inpaint: mask 1 is known. */
    public record Inpainting(double[] mask, double[] image) {}

    /** One step: the state before it, what happened, the state after it. */
    public record Done(ReverseStep step, double[] before, double[] out, double[] x0, double[] after) {}

    private final Trajectory trajectory;
    private final Network network;
    private final IntFunction<double[]> noise;
    private final @Nullable Inpainting inpainting;

    private TrajectoryRun(
            Trajectory trajectory, Network network, IntFunction<double[]> noise, @Nullable Inpainting inpainting) {
        this.trajectory = trajectory;
        this.network = network;
        this.noise = noise;
        this.inpainting = inpainting;
    }

    /** All steps of a run from the state {@code initialScale·xT}; {@code noise} gives a draw by its number. */
    public static List<Done> of(Trajectory trajectory, Network network, double[] xT, IntFunction<double[]> noise) {
        return new TrajectoryRun(trajectory, network, noise, null).run(xT);
    }

    public static List<Done> inpainting(
            Trajectory trajectory, Network network, double[] xT, IntFunction<double[]> noise, Inpainting inpainting) {
        return new TrajectoryRun(trajectory, network, noise, inpainting).run(xT);
    }

    private List<Done> run(double[] xT) {
        double[][] registers = new double[trajectory.registers()][xT.length];
        registers[0] = scaled(xT, trajectory.initialScale());
        List<Done> done = new ArrayList<>();
        for (ReverseStep step : trajectory.steps()) {
            int n = xT.length;
            double[] before = registers[0];
            double[] output = step.callsNetwork()
                    ? network.apply(scaled(before, step.inputScale()), step.timestep())
                    : new double[n];
            double[] out = Arrays.copyOf(output, n);
            double[] x0 = new double[n];
            for (int i = 0; i < n; i++) {
                x0[i] = step.p() * before[i] + step.q() * out[i];
            }
            clip(step.clip(), x0);
            double[] z = step.draws() ? noise.apply(step.draw()).clone() : new double[n];
            if (step.learnedVariance() != null) {
                for (int i = 0; i < n; i++) {
                    z[i] *= step.learnedVariance().deviation(output[n + i]);
                }
            }
            registers = mixed(step, registers, x0, out, z);
            mixKnown(step, registers[0], z);
            done.add(new Done(step, before, output, x0, registers[0]));
        }
        return done;
    }

    private static double[][] mixed(ReverseStep step, double[][] registers, double[] x0, double[] out, double[] z) {
        int count = registers.length;
        double[][] sources = Arrays.copyOf(registers, count + 3);
        sources[count] = x0;
        sources[count + 1] = out;
        sources[count + 2] = z;
        double[][] mixed = new double[count][x0.length];
        for (int row = 0; row < count; row++) {
            for (int column = 0; column < count + 3; column++) {
                double factor = step.matrix()[row * (count + 3) + column];
                for (int i = 0; i < x0.length; i++) {
                    mixed[row][i] += factor * sources[column][i];
                }
            }
        }
        return mixed;
    }

    private void mixKnown(ReverseStep step, double[] state, double[] z) {
        ReverseStep.Known known = step.known();
        if (known != null && inpainting != null) {
            for (int i = 0; i < state.length; i++) {
                double m = inpainting.mask[i];
                state[i] = m * (known.alpha() * inpainting.image[i] + known.sigma() * z[i]) + (1 - m) * state[i];
            }
        }
    }

    private static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }

    private static void clip(Clip clip, double[] x0) {
        double limit = Double.POSITIVE_INFINITY;
        double divisor = 1;
        if (clip instanceof Clip.Range range) {
            limit = range.limit();
        } else if (clip instanceof Clip.Dynamic dynamic) {
            double[] sorted = Arrays.stream(x0).map(Math::abs).sorted().toArray();
            double place = dynamic.ratio() * (sorted.length - 1);
            int below = (int) Math.floor(place);
            int above = Math.min(below + 1, sorted.length - 1);
            double quantile = sorted[below] + (place - below) * (sorted[above] - sorted[below]);
            limit = Math.max(1, Math.min(quantile, dynamic.max()));
            divisor = limit;
        }
        for (int i = 0; i < x0.length; i++) {
            x0[i] = Math.max(-limit, Math.min(x0[i], limit)) / divisor;
        }
    }
}
