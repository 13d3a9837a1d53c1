package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.Clip;

/**
 * How a model's author samples, as far as it concerns any {@link SamplerName}.
 *
 * @param spacing of ddim's and ddpm's timesteps; not KARRAS
 * @param stepsOffset added to leading timesteps, 0 or 1
 * @param clip of the clean image, by ddim and ddpm
 * @param variance of ddpm's noise
 * @param setAlphaToOne whether ddim's last step goes to the clean image, or to the noise level of t = 0
 */
public record SamplerDefaults(
        Spacing spacing, int stepsOffset, Clip clip, Ddpm.Variance variance, boolean setAlphaToOne) {
    public SamplerDefaults {
        spacing.requireTimesteps();
        TimeGrid.requireOffset(stepsOffset);
    }

    /** diffusers' defaults. */
    public static final SamplerDefaults USUAL =
            new SamplerDefaults(Spacing.LEADING, 0, Clip.UNIT, Ddpm.Variance.FIXED_SMALL, true);
}
