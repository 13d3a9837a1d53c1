package io.stepwise.diffusion;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One step of a {@link Trajectory}. With registers r0 … r(K-1), r0 the state x:
 *
 * <pre>
 *   out = network(inputScale · r0, timestep)                  if callsNetwork, else out = x0 = 0
 *   x0  = clip(p · r0 + q · out)
 *   z   = noise of draw number {@code draw}                   if draws, else 0
 *   r   = matrix · [ r0 … r(K-1), x0, out, z ]
 *   r0  = mask · (known.alpha · image + known.sigma · z) + (1 - mask) · r0      if known (inpainting only)
 * </pre>
 *
 * A network of a learned variance returns twice the image's channels: out is the first half, and the second half v
 * gives the factor of z, element by element, by {@link LearnedVariance#deviation}.
 *
 * @param callsNetwork whether the network runs
 * @param timestep its t
 * @param inputScale factor of the state on its way into the network
 * @param p factor of the state in x0
 * @param q factor of the output in x0
 * @param clip what is done to x0
 * @param matrix K × (K+3), row by row; not copied, and must not be changed
 * @param draw number of the noise drawn, 1 or more; 0 for none
 * @param learnedVariance the range the network chooses its variance from, or null
 * @param known how the known part of the image is mixed in, or null
 */
@SuppressWarnings("ArrayRecordComponent") // copied to the device as it is
public record ReverseStep(
        boolean callsNetwork,
        double timestep,
        double inputScale,
        double p,
        double q,
        Clip clip,
        double[] matrix,
        int draw,
        @Nullable LearnedVariance learnedVariance,
        @Nullable Known known) {

    public ReverseStep {
        int registers = registersOf(matrix.length);
        for (int i = 0; i < matrix.length; i++) {
            int column = i % (registers + 3);
            boolean unset = !callsNetwork && (column == registers || column == registers + 1);
            boolean silent = draw == 0 && column == registers + 2;
            if (!Double.isFinite(matrix[i]) || ((unset || silent) && matrix[i] != 0)) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "matrix[%d][%d] %s must be finite, and 0 where there is no output or no noise",
                        i / (registers + 3),
                        column,
                        matrix[i]));
            }
        }
        if (draw < 0) {
            throw new IllegalArgumentException("draw " + draw + " must be 0 or more");
        }
    }

    /**
     * The range of a learned variance (Nichol and Dhariwal 2021, https://arxiv.org/abs/2102.09672, eq. 15).
     *
     * @param minLog ln of the least variance
     * @param maxLog ln of the greatest
     */
    public record LearnedVariance(double minLog, double maxLog) {
        /** The standard deviation for the network's v, which is in about [-1, 1]. */
        public double deviation(double v) {
            double share = (v + 1) / 2;
            return Math.exp(.5 * (share * maxLog + (1 - share) * minLog));
        }
    }

    /**
     * How noisy the known part of the image is after this step.
     *
     * @param alpha amplitude of the image
     * @param sigma amplitude of the noise
     */
    public record Known(double alpha, double sigma) {}

    /**
     * A step that calls the network.
     *
     * @param draw number of the noise; not used where no register takes any
     * @param next what each register holds afterwards, the state first
     */
    public static ReverseStep of(Parameterization.Call call, Clip clip, int draw, Mix... next) {
        double[] matrix = Mix.matrix(next);
        int drawn = Arrays.stream(next).anyMatch(Mix::isNoisy) ? draw : 0;
        return new ReverseStep(
                true, call.timestep(), call.inputScale(), call.p(), call.q(), clip, matrix, drawn, null, null);
    }

    /** A step that calls the network and draws no noise. */
    public static ReverseStep of(Parameterization.Call call, Clip clip, Mix... next) {
        return of(call, clip, 0, next);
    }

    /** A step that only adds noise. */
    public static ReverseStep withoutNetwork(int draw, Mix... next) {
        return new ReverseStep(false, 0, 1, 0, 0, Clip.NONE, Mix.matrix(next), draw, null, null);
    }

    public ReverseStep withLearnedVariance(LearnedVariance range) {
        return new ReverseStep(callsNetwork, timestep, inputScale, p, q, clip, matrix, draw, range, known);
    }

    /** The same step with {@code part} of the image mixed in; its noise is of draw {@code number}. */
    public ReverseStep withKnown(Known part, int number) {
        return new ReverseStep(callsNetwork, timestep, inputScale, p, q, clip, matrix, number, learnedVariance, part);
    }

    /** The same step with one register more, which takes x0, or stays where the network isn't called. */
    ReverseStep withEstimate() {
        int from = registers();
        int to = from + 1;
        double[] wider = new double[to * (to + 3)];
        for (int row = 0; row < from; row++) {
            int line = row * (to + 3);
            System.arraycopy(matrix, row * (from + 3), wider, line, from);
            System.arraycopy(matrix, row * (from + 3) + from, wider, line + to, 3);
        }
        wider[from * (to + 3) + (callsNetwork ? to : from)] = 1;
        return new ReverseStep(callsNetwork, timestep, inputScale, p, q, clip, wider, draw, learnedVariance, known);
    }

    /** K. */
    public int registers() {
        return registersOf(matrix.length);
    }

    /** Whether noise is drawn. */
    public boolean draws() {
        return draw > 0;
    }

    private static int registersOf(int length) {
        for (int registers = 1; registers * (registers + 3) <= length; registers++) {
            if (registers * (registers + 3) == length) {
                return registers;
            }
        }
        throw new IllegalArgumentException("matrix has " + length + " entries, must have K·(K+3)");
    }
}
