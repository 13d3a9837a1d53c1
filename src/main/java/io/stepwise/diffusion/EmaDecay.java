package io.stepwise.diffusion;

/** The decay of the moving average of the weights: {@code ema = decay·ema + (1-decay)·weights} after optimizer step n = 1, 2, … */
public sealed interface EmaDecay {
    /** The decay in [0, 1] after optimizer step {@code step}, from 1. */
    double at(long step);

    /** The share of the average after {@code steps} steps, in [0, 1], that is older than step {@code step}: the weights after it, and the average of all before. */
    default double shareBefore(long step, long steps) {
        double share = 1;
        for (long i = steps; i > step && share > 1e-9; i--) {
            share *= at(i);
        }
        return share;
    }

    /**
     * The same from the first step on (Ho et al. 2020: .9999).
     *
     * @param decay in [0, 1]
     */
    record Constant(double decay) implements EmaDecay {
        public Constant {
            requireUnit("decay", decay);
        }

        @Override
        public double at(long step) {
            return decay;
        }
    }

    /**
     * diffusers' EMAModel with {@code use_ema_warmup}: 1 - (1 + s / inverseGamma)^-power, held between minDecay and
     * maxDecay, with s the steps since updateAfterStep; the first step copies the weights.
     *
     * @param inverseGamma above 0, usually 1
     * @param power above 0: 2/3 for a million steps and more, 3/4 for fewer
     * @param minDecay in [0, maxDecay]
     * @param maxDecay in [0, 1]
     * @param updateAfterStep steps during which the average is a copy, 0 or more
     */
    record InverseGamma(double inverseGamma, double power, double minDecay, double maxDecay, long updateAfterStep)
            implements EmaDecay {
        public InverseGamma {
            requirePositive("inverseGamma", inverseGamma);
            requirePositive("power", power);
            requireRange(minDecay, maxDecay, updateAfterStep);
        }

        @Override
        public double at(long step) {
            long since = step - updateAfterStep - 1;
            double decay = 1 - Math.pow(1 + since / inverseGamma, -power);
            return since <= 0 ? 0 : Math.max(minDecay, Math.min(decay, maxDecay));
        }
    }

    /**
     * diffusers' EMAModel without {@code use_ema_warmup}, which still warms up: (1 + s) / (10 + s), held between
     * minDecay and maxDecay.
     *
     * @param minDecay in [0, maxDecay]
     * @param maxDecay in [0, 1]
     * @param updateAfterStep steps during which the average is a copy, 0 or more
     */
    record Ramp(double minDecay, double maxDecay, long updateAfterStep) implements EmaDecay {
        public Ramp {
            requireRange(minDecay, maxDecay, updateAfterStep);
        }

        @Override
        public double at(long step) {
            long since = step - updateAfterStep - 1;
            return since <= 0 ? 0 : Math.max(minDecay, Math.min((1.0 + since) / (10 + since), maxDecay));
        }
    }

    /**
     * A half-life in images that grows with training (Karras et al. 2022): .5^(batch / min(halfLife, seen·ramp)), seen
     * counted before the step.
     *
     * @param halfLifeImages above 0
     * @param ramp share of the images seen that the half-life may have, above 0
     * @param batch images per step, 1 or more
     */
    record HalfLife(double halfLifeImages, double ramp, int batch) implements EmaDecay {
        public HalfLife {
            requirePositive("halfLifeImages", halfLifeImages);
            requirePositive("ramp", ramp);
            if (batch < 1) {
                throw new IllegalArgumentException("batch " + batch + " must be 1 or more");
            }
        }

        @Override
        public double at(long step) {
            double seen = (double) (step - 1) * batch;
            return Math.pow(.5, batch / Math.max(Math.min(halfLifeImages, seen * ramp), 1e-8));
        }
    }

    /**
     * (1 - 1/n)^(gamma + 1): an average whose profile is a power of time, so that its width stays the same share of
     * the training (Karras et al. 2024, https://arxiv.org/abs/2312.02696, section 3).
     *
     * @param gamma above 0; see {@link #ofWidth}
     */
    record PowerFunction(double gamma) implements EmaDecay {
        public PowerFunction {
            requirePositive("gamma", gamma);
        }

        /** The profile whose standard deviation is {@code width} of the training so far, in (0, .2887): gamma solves (gamma+1) / ((gamma+2)²(gamma+3)) = width² (algorithm 2). */
        public static PowerFunction ofWidth(double width) {
            if (!(width > 0 && width < .2887)) {
                throw new IllegalArgumentException("width " + width + " must be above 0 and below .2887");
            }
            double low = 0;
            double high = 2 / width;
            for (int halving = 0; halving < 200; halving++) {
                double gamma = (low + high) / 2;
                boolean wider = (gamma + 1) / ((gamma + 2) * (gamma + 2) * (gamma + 3)) > width * width;
                low = wider ? gamma : low;
                high = wider ? high : gamma;
            }
            return new PowerFunction((low + high) / 2);
        }

        @Override
        public double at(long step) {
            return Math.pow(1 - 1.0 / step, gamma + 1);
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " " + value + " must be above 0");
        }
    }

    private static void requireUnit(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " " + value + " must be 0 to 1");
        }
    }

    private static void requireRange(double minDecay, double maxDecay, long updateAfterStep) {
        requireUnit("minDecay", minDecay);
        requireUnit("maxDecay", maxDecay);
        if (minDecay > maxDecay) {
            throw new IllegalArgumentException("minDecay " + minDecay + " must be at most maxDecay " + maxDecay);
        }
        if (updateAfterStep < 0) {
            throw new IllegalArgumentException("updateAfterStep " + updateAfterStep + " must be 0 or more");
        }
    }
}
