package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.Clip;

/**
 * How a model's author samples, as far as it concerns any {@link SamplerName}.
 *
 * @param grid of the noise levels; ddim and ddpm use it, and every sampler if it is spread over sigma
 * @param clip of the clean image, by ddim and ddpm
 * @param variance of ddpm's noise
 * @param setAlphaToOne whether ddim's last step goes to the clean image, or to the noise level of t = 0
 * @param solver what dpm++2m is, along any grid
 */
public record SamplerDefaults(
        TimeGrid grid, Clip clip, Ddpm.Variance variance, boolean setAlphaToOne, DpmSolverPP solver) {
    /** diffusers' defaults. */
    public static final SamplerDefaults USUAL =
            of(TimeGrid.of(Spacing.LEADING, 0), Clip.UNIT, Ddpm.Variance.FIXED_SMALL, true);

    /** With the solver of second order. */
    public static SamplerDefaults of(TimeGrid grid, Clip clip, Ddpm.Variance variance, boolean setAlphaToOne) {
        return new SamplerDefaults(grid, clip, variance, setAlphaToOne, DpmSolverPP.secondOrder(TimeGrid.LINSPACE));
    }
}
