package io.stepwise.serving.request;

import io.stepwise.diffusion.SamplerName;
import io.stepwise.diffusion.Spacing;
import io.stepwise.serving.engine.StepScheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Images to be made. What can be known without the model is checked here and complete: the seed is drawn, defaults are
 * filled in. What depends on the model (its timesteps, its labels) is checked by the {@link Generator}.
 *
 * @param model name in the model repository; null means the configured one
 * @param version at least 1; null means the version that is served
 * @param n images, at least 1
 * @param seed unsigned 64-bit; image i of the request is made of the noise of (seed, i)
 * @param steps denoising steps, at least 1 and at most the model's T
 * @param sampler which sampler
 * @param eta DDIM's share of fresh noise, 0 … 1; 0 for the samplers that don't take it
 * @param spacing which timesteps; null means the sampler's own choice
 * @param label a class's name or number; null means none
 * @param guidance scale of classifier-free guidance, 0 … {@value #MAX_GUIDANCE}; 1 is off
 * @param priority 0 … {@value #MAX_PRIORITY}; see {@link StepScheduler} for what it is worth
 * @param deadline after this time from being accepted the images are of no use any more; null means never
 * @param source the picture to start from; null means noise alone
 * @param interpolateTo the images lie between those of (seed, 0) and of (interpolateTo, 0), which are the first and the
 *     last of them; null means that each is one of its own
 */
public record GenerationRequest(
        @Nullable String model,
        @Nullable Integer version,
        int n,
        long seed,
        int steps,
        SamplerName sampler,
        double eta,
        @Nullable Spacing spacing,
        @Nullable String label,
        double guidance,
        int priority,
        @Nullable Duration deadline,
        @Nullable SourceImage source,
        @Nullable Long interpolateTo) {

    /** The largest guidance scale; far beyond what still gives images. */
    public static final double MAX_GUIDANCE = 100;

    /** The priority that goes before all others. */
    public static final int MAX_PRIORITY = 9;

    /** The priority of requests that don't name one. */
    public static final int DEFAULT_PRIORITY = 5;

    /** @throws IllegalArgumentException naming the component, its value and its range */
    public GenerationRequest {
        check("version", version == null ? 1 : version, 1, Integer.MAX_VALUE);
        check("n", n, 1, Integer.MAX_VALUE);
        check("steps", steps, 1, Integer.MAX_VALUE);
        check("eta", eta, 0, sampler.takesEta() ? 1 : 0);
        check("guidance", guidance, 0, MAX_GUIDANCE);
        check("priority", priority, 0, MAX_PRIORITY);
        if (deadline != null && (deadline.isZero() || deadline.isNegative())) {
            throw new IllegalArgumentException("deadline " + deadline + " must be more than 0");
        }
        if (spacing != null && !sampler.spacings().contains(spacing)) {
            throw new IllegalArgumentException(
                    "spacing " + spacing + " must be one of " + sampler.spacings() + " for " + sampler);
        }
        if (source != null && source.mask() != null) {
            checkInpainting(sampler, spacing);
        }
        if (interpolateTo != null && (n < 2 || eta != 0 || sampler.isRandom() || source != null)) {
            throw new IllegalArgumentException("interpolateTo " + Long.toUnsignedString(interpolateTo)
                    + " must come with n of at least 2, a sampler that draws no noise, and no source");
        }
    }

    /** The steps of an inpainting are DDIM's, of its own choice of timesteps. */
    private static void checkInpainting(SamplerName sampler, @Nullable Spacing spacing) {
        if (!sampler.inpaints() || spacing != null) {
            throw new IllegalArgumentException("an inpainting's sampler " + sampler + " must be one of "
                    + SamplerName.INPAINTING + ", without a spacing");
        }
    }

    /** From noise alone, each image one of its own. */
    public GenerationRequest(
            @Nullable String model,
            @Nullable Integer version,
            int n,
            long seed,
            int steps,
            SamplerName sampler,
            double eta,
            @Nullable Spacing spacing,
            @Nullable String label,
            double guidance,
            int priority,
            @Nullable Duration deadline) {
        this(model, version, n, seed, steps, sampler, eta, spacing, label, guidance, priority, deadline, null, null);
    }

    /** The same request from another picture. */
    public GenerationRequest from(SourceImage image) {
        return new GenerationRequest(
                model,
                version,
                n,
                seed,
                steps,
                sampler,
                eta,
                spacing,
                label,
                guidance,
                priority,
                deadline,
                image,
                interpolateTo);
    }

    private static void check(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(name + " " + value + " must be " + least + " … " + most);
        }
    }
}
