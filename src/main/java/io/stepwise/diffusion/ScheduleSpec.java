package io.stepwise.diffusion;

/**
 * The description of a noise schedule, complete enough to make it.
 *
 * @param curve the shape of the betas
 * @param timesteps T, 2 … 10000
 * @param betaStart first beta of the curves that have a range, in (0, 1)
 * @param betaEnd last beta of those curves, in (0, 1]
 * @param sigmoid the piece of the sigmoid that {@link BetaCurve#SIGMOID_SIGNAL} follows
 * @param logSnrShift added to the log-SNR of every timestep, before anything is clipped
 * @param maxBeta every beta is clipped to this, in (0, 1]; 1 clips nothing
 * @param zeroTerminalSnr whether the table is rescaled so that nothing of the image is left at t = T-1 (Lin et al.
 *     2023, https://arxiv.org/abs/2305.08891, algorithm 1)
 */
public record ScheduleSpec(
        BetaCurve curve,
        int timesteps,
        double betaStart,
        double betaEnd,
        Sigmoid sigmoid,
        double logSnrShift,
        double maxBeta,
        boolean zeroTerminalSnr) {
    private static final double DEFAULT_BETA_START = 1e-4;
    private static final double DEFAULT_BETA_END = .02;
    private static final double CAPPED_MAX_BETA = .999;

    /**
     * A piece of the sigmoid 1 / (1 + e^(-x / tau)), from x = start to x = end (Chen 2023, https://arxiv.org/abs/2301.10972,
     * section 3).
     *
     * @param start below {@code end}
     * @param tau above 0; the smaller, the more timesteps lie at the two ends of the curve
     */
    public record Sigmoid(double start, double end, double tau) {
        /** The piece of Jabri et al. 2022. */
        public static final Sigmoid USUAL = new Sigmoid(-3, 3, 1);

        public Sigmoid {
            if (!(start < end && tau > 0)) {
                throw new IllegalArgumentException(
                        "start " + start + " must be below end " + end + ", and tau " + tau + " above 0");
            }
        }
    }

    public ScheduleSpec {
        if (timesteps < 2 || timesteps > 10_000) {
            throw new IllegalArgumentException("timesteps " + timesteps + " must be 2 to 10000");
        }
        requireBeta("betaStart", betaStart);
        requireBeta("betaEnd", betaEnd);
        requireBeta("maxBeta", maxBeta);
    }

    /** The curve with its usual constants: betas 1e-4 to .02 where they apply, clipped at .999 where the curve is a function of alphasCumprod. */
    public static ScheduleSpec of(BetaCurve curve, int timesteps) {
        double maxBeta = curve.usesBetaRange() ? 1 : CAPPED_MAX_BETA;
        return new ScheduleSpec(
                curve, timesteps, DEFAULT_BETA_START, DEFAULT_BETA_END, Sigmoid.USUAL, 0, maxBeta, false);
    }

    /**
     * The linear curve with betas scaled by 1000 / T, so that any T ends with about the same signal (improved-diffusion,
     * {@code get_named_beta_schedule}).
     *
     * @param timesteps T, 20 or more: below, the last beta would pass 1
     */
    public static ScheduleSpec linearScaledTo(int timesteps) {
        if (timesteps < 20) {
            throw new IllegalArgumentException("timesteps " + timesteps + " must be 20 or more to scale linear betas");
        }
        double scale = 1000.0 / timesteps;
        return of(BetaCurve.LINEAR, timesteps).withBetas(scale * DEFAULT_BETA_START, scale * DEFAULT_BETA_END);
    }

    public ScheduleSpec withBetas(double start, double end) {
        return new ScheduleSpec(curve, timesteps, start, end, sigmoid, logSnrShift, maxBeta, zeroTerminalSnr);
    }

    public ScheduleSpec withSigmoid(Sigmoid piece) {
        return new ScheduleSpec(curve, timesteps, betaStart, betaEnd, piece, logSnrShift, maxBeta, zeroTerminalSnr);
    }

    public ScheduleSpec withLogSnrShift(double shift) {
        return new ScheduleSpec(curve, timesteps, betaStart, betaEnd, sigmoid, shift, maxBeta, zeroTerminalSnr);
    }

    public ScheduleSpec withMaxBeta(double max) {
        return new ScheduleSpec(curve, timesteps, betaStart, betaEnd, sigmoid, logSnrShift, max, zeroTerminalSnr);
    }

    public ScheduleSpec withZeroTerminalSnr(boolean zero) {
        return new ScheduleSpec(curve, timesteps, betaStart, betaEnd, sigmoid, logSnrShift, maxBeta, zero);
    }

    private static void requireBeta(String name, double beta) {
        if (!(beta > 0 && beta <= 1)) {
            throw new IllegalArgumentException(name + " " + beta + " must be above 0 and at most 1");
        }
    }
}
