package io.stepwise.diffusion;

import java.util.random.RandomGenerator;

/**
 * How often training shows each noise level: a distribution over the logarithm of the signal-to-noise ratio, {@code λ =
 * ln(α²/σ²) = -2 ln(σ/α)}. Its density is what Hang et al. 2024 (https://arxiv.org/abs/2407.03297) call the importance
 * of a noise level: what is shown more often is learned better, at the cost of the rest.
 */
public sealed interface LogSnrDistribution {
    /** The density at λ. */
    double density(double logSnr);

    /** The probability of a λ of at most {@code logSnr}, which may be infinite. */
    double cumulative(double logSnr);

    /** A λ drawn with {@code random}. */
    double draw(RandomGenerator random);

    /**
     * The normal distribution. Over λ it is what logit-normal timesteps of a straight path are (Esser et al. 2024,
     * https://arxiv.org/abs/2403.03206, section 3.1; their m and s are half of {@code -mean} and {@code std}), and EDM's
     * normal ln σ (Karras et al. 2022, table 1).
     *
     * @param std above 0
     */
    record Normal(double mean, double std) implements LogSnrDistribution {
        public Normal {
            requirePositive("std", std);
        }

        /** {@code ln σ ~ N(pMean, pStd²)}, as EDM writes it. */
        public static Normal ofLogSigma(double pMean, double pStd) {
            return new Normal(-2 * pMean, 2 * pStd);
        }

        @Override
        public double density(double logSnr) {
            double z = (logSnr - mean) / std;
            return Math.exp(-.5 * z * z) / (std * Math.sqrt(2 * Math.PI));
        }

        /** The series of Marsaglia 2004 (https://doi.org/10.18637/jss.v011.i04), good to 1e-15. */
        @Override
        public double cumulative(double logSnr) {
            double z = (logSnr - mean) / std;
            if (Math.abs(z) > 8) {
                return z < 0 ? 0 : 1;
            }
            double term = z;
            double sum = z;
            double before = 0;
            for (int i = 3; sum != before; i += 2) {
                before = sum;
                term *= z * z / i;
                sum += term;
            }
            return .5 + sum * Math.exp(-.5 * z * z) / Math.sqrt(2 * Math.PI);
        }

        /** Box and Muller 1958; takes two numbers of {@code random}. */
        @Override
        public double draw(RandomGenerator random) {
            double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
            return mean + std * radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
        }
    }

    /**
     * The Laplace distribution, which Hang et al. 2024 found best, with mean 0 and scale .5: a peak at equal signal and
     * noise, and heavy tails.
     *
     * @param scale above 0
     */
    record Laplace(double mean, double scale) implements LogSnrDistribution {
        public Laplace {
            requirePositive("scale", scale);
        }

        @Override
        public double density(double logSnr) {
            return Math.exp(-Math.abs(logSnr - mean) / scale) / (2 * scale);
        }

        @Override
        public double cumulative(double logSnr) {
            double z = (logSnr - mean) / scale;
            return z < 0 ? .5 * Math.exp(z) : 1 - .5 * Math.exp(-z);
        }

        /** The inverse of {@link #cumulative}; takes one number of {@code random}. */
        @Override
        public double draw(RandomGenerator random) {
            double u = random.nextDouble() - .5;
            return mean - scale * Math.signum(u) * StrictMath.log(1 - 2 * Math.abs(u));
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " " + value + " must be above 0");
        }
    }
}
