package io.stepwise.serving.request;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.InvalidMessageException;
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
 * @param seed unsigned 64-bit
 * @param firstIndex index of the first image, at least 0: image i of the request is made of the noise of (seed, firstIndex
 *     + i)
 * @param steps denoising steps, at least 1 and at most the model's T; null for as many as are usual with the model
 * @param sampler which sampler; null for the usual one, or for a model that has none
 * @param options of the sampler, none that it doesn't take
 * @param label a class's name or number; null means none
 * @param guidance scale of guidance, 0 … 100; 1 is off
 * @param guide what guidance leads away from; null means the model itself without the label
 * @param priority 0 … 9; see {@link StepScheduler} for what it is worth
 * @param deadline after this time from being accepted the images are of no use any more; null means never
 * @param source the picture to start from; null means noise alone
 * @param interpolateTo the images lie between that of (seed, 0), or the picture, and that of (interpolateTo, 0), which are the
 *     first and the last of them; null means that each is one of its own
 * @param variationSeed image i starts from a noise between those of (seed, i) and (variationSeed, i); null means the first
 * @param variationStrength share of the way to the noise of variationSeed, 0 … 1; null without that
 */
public record GenerationRequest(
        @Nullable String model,
        @Nullable Integer version,
        int n,
        long seed,
        int firstIndex,
        @Nullable Integer steps,
        @Nullable SamplerName sampler,
        SamplerOptions options,
        @Nullable String label,
        double guidance,
        @Nullable GuideReference guide,
        int priority,
        @Nullable Duration deadline,
        @Nullable SourceImage source,
        @Nullable Long interpolateTo,
        @Nullable Long variationSeed,
        @Nullable Double variationStrength) {

    /** The strength of variations that don't name one: the picture can still be recognized. */
    public static final double DEFAULT_VARIATION_STRENGTH = .25;

    /** The priority of requests that don't name one. */
    public static final int DEFAULT_PRIORITY = 5;

    private static final int USUAL_STEPS = 20;
    private static final SamplerName USUAL_SAMPLER = SamplerName.DDIM;

    /** @throws InvalidMessageException naming every component that doesn't fit another one */
    public GenerationRequest {
        if (n < 1 || (steps != null && steps < 1)) {
            throw new IllegalArgumentException("n " + n + " and steps " + steps + " must be at least 1");
        }
        options = sampler == null ? options : sampler.completed(options);
        FieldChecks checks = new FieldChecks()
                .that(
                        "/first_index",
                        firstIndex,
                        firstIndex >= 0 && firstIndex <= Integer.MAX_VALUE - n,
                        "an integer, 0 … " + (Integer.MAX_VALUE - n) + " with " + n + " images");
        SamplerChecks samplerChecks = new SamplerChecks(checks, sampler == null ? USUAL_SAMPLER : sampler, options);
        samplerChecks.check();
        if (source != null && source.mask() != null) {
            samplerChecks.checkInpainting();
        }
        if (interpolateTo != null) {
            checks.that("/n", n, n >= 2, "at least 2 with interpolate_to")
                    .that("/first_index", firstIndex, firstIndex == 0, "0 with interpolate_to");
            samplerChecks.checkInterpolation();
        }
        checkVariation(checks, variationSeed, variationStrength, source, interpolateTo);
        checks.orThrow();
        variationStrength = completed(variationSeed, variationStrength);
    }

    private static @Nullable Double completed(@Nullable Long variationSeed, @Nullable Double strength) {
        return variationSeed != null && strength == null ? Double.valueOf(DEFAULT_VARIATION_STRENGTH) : strength;
    }

    private static void checkVariation(
            FieldChecks checks,
            @Nullable Long seed,
            @Nullable Double strength,
            @Nullable SourceImage source,
            @Nullable Long interpolateTo) {
        checks.that(
                "/variation_strength",
                strength == null ? "" : strength,
                strength == null || seed != null,
                "left out without variation_seed");
        if (seed != null) {
            String value = Long.toUnsignedString(seed);
            checks.that("/variation_seed", value, interpolateTo == null, "left out with interpolate_to")
                    .that(
                            "/variation_seed",
                            value,
                            source == null || source.addsNoise(),
                            "left out with add_noise false, which starts from no noise of a seed");
        }
    }

    /** From noise alone, each image one of its own, with the usual options of the sampler. */
    public GenerationRequest(
            @Nullable String model,
            @Nullable Integer version,
            int n,
            long seed,
            @Nullable Integer steps,
            @Nullable SamplerName sampler,
            @Nullable String label,
            double guidance,
            int priority,
            @Nullable Duration deadline) {
        this(
                model,
                version,
                n,
                seed,
                0,
                steps,
                sampler,
                SamplerOptions.USUAL,
                label,
                guidance,
                null,
                priority,
                deadline,
                null,
                null,
                null,
                null);
    }

    /** The same request from another picture. */
    public GenerationRequest from(SourceImage image) {
        return with(deadline, guide, image, steps, sampler);
    }

    /** The same request with these steps and this sampler. */
    public GenerationRequest with(@Nullable Integer otherSteps, @Nullable SamplerName otherSampler) {
        return with(deadline, guide, source, otherSteps, otherSampler);
    }

    /** The same request to a diffusion model, with the usual steps and sampler where they are left out. */
    public GenerationRequest withUsual() {
        return with(deadline, guide, source == null ? null : source.withUsual(), stepsOrUsual(), samplerOrUsual());
    }

    /** Its steps, or how many are usual with a diffusion model. */
    public int stepsOrUsual() {
        return steps == null ? USUAL_STEPS : steps;
    }

    /** Its sampler, or the one that is usual with a diffusion model. */
    public SamplerName samplerOrUsual() {
        return sampler == null ? USUAL_SAMPLER : sampler;
    }

    /** The same request guided by another version. */
    public GenerationRequest guidedBy(GuideReference other) {
        return with(deadline, other, source, steps, sampler);
    }

    /** The same request with another time until the deadline. */
    public GenerationRequest within(Duration left) {
        return with(left, guide, source, steps, sampler);
    }

    private GenerationRequest with(
            @Nullable Duration left,
            @Nullable GuideReference otherGuide,
            @Nullable SourceImage image,
            @Nullable Integer otherSteps,
            @Nullable SamplerName otherSampler) {
        return new GenerationRequest(
                model,
                version,
                n,
                seed,
                firstIndex,
                otherSteps,
                otherSampler,
                options,
                label,
                guidance,
                otherGuide,
                priority,
                left,
                image,
                interpolateTo,
                variationSeed,
                variationStrength);
    }
}
