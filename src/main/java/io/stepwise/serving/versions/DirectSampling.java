package io.stepwise.serving.versions;

import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.sampler.SamplerField;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SourceImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network that makes an image of noise in one call: a GAN or a VAE. There is nothing to choose about its way.
 *
 * @param encodes whether it makes pictures again, as a VAE does
 */
record DirectSampling(boolean encodes) implements Sampling {
    private static final Trajectory ONE = Trajectory.direct(1);

    @Override
    public void check(GenerationRequest request, List<FieldError> errors) {
        String kind = encodes ? "a VAE" : "a GAN";
        String why = ": the model is " + kind + ", which makes an image in one call";
        Integer steps = request.steps();
        if (steps != null && steps != 1) {
            errors.add(FieldError.of("/steps", steps, "1 or left out" + why));
        }
        SamplerName sampler = request.sampler();
        leftOut("sampler", sampler == null ? null : FieldError.quoted(sampler.wireName()), why, errors);
        SamplerOptions options = request.options();
        for (SamplerField field : SamplerField.values()) {
            leftOut(field.wireName(), field.of(options), why, errors);
        }
        Spacing spacing = options.spacing();
        leftOut("spacing", spacing == null ? null : FieldError.quoted(spacing.wireName()), why, errors);
        leftOut("rho", options.rho(), why, errors);
        leftOut("sigma_min", options.sigmaMin(), why, errors);
        leftOut("sigma_max", options.sigmaMax(), why, errors);
        checkGuidance(request, why, errors);
        checkSource(request, errors);
    }

    private static void leftOut(String field, @Nullable Object value, String why, List<FieldError> errors) {
        if (value != null) {
            errors.add(FieldError.of(FieldError.pointer(field), value, "left out" + why));
        }
    }

    private static void checkGuidance(GenerationRequest request, String why, List<FieldError> errors) {
        if (request.guidance() != 1) {
            errors.add(FieldError.of("/guidance", request.guidance(), "1 or left out" + why));
        }
        if (request.guide() != null) {
            errors.add(new FieldError("/guide", "guide must be left out" + why));
        }
    }

    private void checkSource(GenerationRequest request, List<FieldError> errors) {
        SourceImage source = request.source();
        if (source == null) {
            return;
        }
        if (!encodes) {
            errors.add(new FieldError(
                    "/image", "image must be left out: the model is a GAN, which starts from noise alone"));
            return;
        }
        String why = ": the model is a VAE, which makes the whole picture again";
        if (source.mask() != null) {
            errors.add(new FieldError("/mask", "mask must be left out" + why));
        }
        leftOut("strength", source.strength(), why, errors);
        leftOut("add_noise", source.addNoise(), why, errors);
        leftOut("resample", source.resamples(), why, errors);
    }

    @Override
    public GenerationRequest completed(GenerationRequest request) {
        return request.with(1, null);
    }

    @Override
    public Trajectory get(GenerationRequest request) {
        return ONE;
    }

    @Override
    public boolean has(GenerationRequest request) {
        return true;
    }

    @Override
    public @Nullable Parameterization parameterization() {
        return null;
    }

    @Override
    public Trajectory trial(int steps) {
        return Trajectory.direct(steps);
    }
}
