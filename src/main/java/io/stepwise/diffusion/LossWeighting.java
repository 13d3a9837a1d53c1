package io.stepwise.diffusion;

/**
 * How much the squared error of each timestep counts in training. A weight w on the error of x0 is the same loss as w /
 * SNR on the error of eps and as w / (SNR + 1) on the error of v, so one definition is enough for all {@link
 * Prediction}s.
 */
public sealed interface LossWeighting {
    /** The factor on the squared error of a network that predicts {@code prediction}, at signal-to-noise ratio {@code snr} >= 0. */
    double weight(double snr, Prediction prediction);

    /** The weights of all timesteps: {@code T} numbers. */
    default double[] table(NoiseSchedule schedule, Prediction prediction) {
        double[] weights = new double[schedule.timesteps()];
        for (int t = 0; t < weights.length; t++) {
            weights[t] = weight(schedule.snr(t), prediction);
        }
        return weights;
    }

    /** Every timestep alike, on whatever the network predicts ({@code L_simple}, Ho et al. 2020, eq. 14). */
    record Plain() implements LossWeighting {
        @Override
        public double weight(double snr, Prediction prediction) {
            return 1;
        }
    }

    /**
     * min(SNR, gamma) on the error of x0 (Hang et al. 2023, https://arxiv.org/abs/2303.09556, section 3.4).
     *
     * @param gamma above 0, usually 5
     */
    record MinSnr(double gamma) implements LossWeighting {
        public MinSnr {
            requirePositive("gamma", gamma);
        }

        @Override
        public double weight(double snr, Prediction prediction) {
            return switch (prediction) {
                case EPSILON -> Math.min(1, gamma / snr);
                case SAMPLE -> Math.min(snr, gamma);
                case V_PREDICTION -> Math.min(snr, gamma) / (snr + 1);
            };
        }
    }

    /**
     * 1 / (k + SNR)^gamma on the error of eps (Choi et al. 2022, https://arxiv.org/abs/2204.00227, eq. 8).
     *
     * @param k above 0, usually 1
     * @param gamma 0 or more, usually 1 (or .5)
     */
    record P2(double k, double gamma) implements LossWeighting {
        public P2 {
            requirePositive("k", k);
            if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("gamma " + gamma + " must be 0 or more");
            }
        }

        @Override
        public double weight(double snr, Prediction prediction) {
            return new Snr().weight(snr, prediction) / Math.pow(k + snr, gamma);
        }
    }

    /** SNR on the error of x0: the same loss as {@link Plain} on eps, whatever is predicted (Salimans and Ho 2022, section 4). */
    record Snr() implements LossWeighting {
        @Override
        public double weight(double snr, Prediction prediction) {
            return switch (prediction) {
                case EPSILON -> 1;
                case SAMPLE -> snr;
                case V_PREDICTION -> snr / (snr + 1);
            };
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " " + value + " must be above 0");
        }
    }
}
