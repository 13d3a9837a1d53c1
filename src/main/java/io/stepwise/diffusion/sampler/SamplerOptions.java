package io.stepwise.diffusion.sampler;

import org.jspecify.annotations.Nullable;

/**
 * What a request chooses about a sampler beside its name and its number of steps; null leaves the choice to the sampler
 * and to the model's author. Ranges are in sigma, the noise per unit of signal (Karras et al. 2022,
 * https://arxiv.org/abs/2206.00364).
 *
 * @param eta share of fresh noise per step, 0 … 1
 * @param spacing of the noise levels
 * @param rho of levels spaced evenly in sigma^(1/rho), above 0
 * @param sigmaMin the least noise level before the last, above 0
 * @param sigmaMax the first noise level, above sigmaMin
 * @param churn S_churn, 0 (none) or more
 * @param sMin S_tmin, the least noise level with churn, 0 or more
 * @param sMax S_tmax, the greatest noise level with churn
 * @param sNoise S_noise, the standard deviation of fresh noise, above 0
 */
public record SamplerOptions(
        @Nullable Double eta,
        @Nullable Spacing spacing,
        @Nullable Double rho,
        @Nullable Double sigmaMin,
        @Nullable Double sigmaMax,
        @Nullable Double churn,
        @Nullable Double sMin,
        @Nullable Double sMax,
        @Nullable Double sNoise) {
    /** The sampler's and the author's choices. */
    public static final SamplerOptions USUAL = new SamplerOptions(null, null, null, null, null, null, null, null, null);

    /** The author's choices, but another eta. */
    public static SamplerOptions ofEta(double eta) {
        return USUAL.withEta(eta);
    }

    /** The author's choices, but another spacing. */
    public static SamplerOptions of(Spacing spacing) {
        return new SamplerOptions(null, spacing, null, null, null, null, null, null, null);
    }

    SamplerOptions withEta(double other) {
        return new SamplerOptions(other, spacing, rho, sigmaMin, sigmaMax, churn, sMin, sMax, sNoise);
    }

    /** Whether the levels are to be spread over sigma. */
    public boolean spreads() {
        return spacing == null ? rho != null || sigmaMin != null || sigmaMax != null : !spacing.visitsTimesteps();
    }

    /**
     * The noise levels.
     *
     * @param usual the grid where nothing is chosen
     * @throws IllegalArgumentException if the range is none, or a spacing of timesteps is chosen for levels over sigma
     */
    TimeGrid grid(TimeGrid usual) {
        if (spreads()) {
            Sigmas own = usual.sigmas();
            TimeGrid range = own == null ? TimeGrid.of(Spacing.LINSPACE, usual.stepsOffset()) : usual;
            return range.with(sigmas(own));
        }
        if (spacing == null) {
            return usual;
        }
        if (usual.sigmas() != null) {
            throw new IllegalArgumentException(
                    "spacing " + spacing.wireName() + " must be karras or exponential for a network without timesteps");
        }
        return TimeGrid.of(spacing, usual.stepsOffset());
    }

    private Sigmas sigmas(@Nullable Sigmas own) {
        Sigmas usual = own == null ? Sigmas.KARRAS : own;
        boolean even = spacing == Spacing.EXPONENTIAL || (spacing == null && rho == null && usual.isEvenInLog());
        double power = rho != null ? rho : usual.isEvenInLog() ? Sigmas.RHO : usual.rho();
        return new Sigmas(
                sigmaMin != null ? sigmaMin : usual.min(),
                sigmaMax != null ? sigmaMax : usual.max(),
                even ? Double.POSITIVE_INFINITY : power);
    }

    /** The churn of {@code euler} and {@code heun}. */
    Churn churned() {
        return new Churn(
                or(churn, Churn.NONE.amount()),
                or(sMin, Churn.NONE.tMin()),
                or(sMax, Churn.NONE.tMax()),
                or(sNoise, Churn.NONE.noise()));
    }

    static double or(@Nullable Double given, double usual) {
        return given == null ? usual : given;
    }
}
