package io.stepwise.serving.versions;

import static io.stepwise.schema.FieldError.quoted;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.sampler.SamplerDefaults;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Sigmas;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GenerationRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model's network allows a request to ask for.
 *
 * @param network what the model's output means
 * @param defaults how the model's author samples
 */
record SamplingLimits(Parameterization network, SamplerDefaults defaults) {
    /** Adds to {@code errors} the fields of {@code request} that the network can't be sampled with. */
    void check(GenerationRequest request, List<FieldError> errors) {
        if (network instanceof DiscreteTime discrete) {
            checkTimesteps(discrete, request, errors);
        } else {
            checkSigmas(request.options(), errors);
        }
        boolean drawsNoise = request.samplerOrUsual() == SamplerName.DPMPP_2M
                && defaults.solver().sde();
        if (request.interpolateTo() != null && request.source() != null) {
            errors.add(new FieldError(
                    "/image",
                    "image must be left out with interpolate_to, which lies between two noises with this model"));
        }
        if (request.interpolateTo() != null && drawsNoise) {
            String allowed = "one that draws no noise on its way with interpolate_to, as it does with this model";
            errors.add(FieldError.of("/sampler", quoted(request.samplerOrUsual().wireName()), allowed));
        }
    }

    private static void checkTimesteps(DiscreteTime network, GenerationRequest request, List<FieldError> errors) {
        int trained = network.schedule().timesteps();
        if (request.stepsOrUsual() > trained) {
            errors.add(new FieldError("/steps", "steps " + request.stepsOrUsual() + " must be 1 … " + trained));
        }
        double least = network.sigma(0.0);
        double most = network.sigma(trained - 1.0);
        Double min = request.options().sigmaMin();
        Double max = request.options().sigmaMax();
        String range = ", the noise of this model's timesteps";
        if (min != null && !(min >= least && min < most)) {
            errors.add(FieldError.of("/sigma_min", min, least + " or more and below " + most + range));
        }
        if (max != null && !(max > least && max <= most)) {
            errors.add(FieldError.of("/sigma_max", max, "above " + least + " and at most " + most + range));
        }
    }

    private void checkSigmas(SamplerOptions options, List<FieldError> errors) {
        Spacing spacing = options.spacing();
        if (spacing != null && spacing.visitsTimesteps()) {
            String allowed = "karras or exponential: this model has no timesteps";
            errors.add(FieldError.of("/spacing", quoted(spacing.wireName()), allowed));
        }
        Sigmas own = defaults.grid().sigmas();
        checkEnd("/sigma_min", options.sigmaMin(), options.sigmaMax(), own == null ? null : own.max(), errors);
        checkEnd("/sigma_max", options.sigmaMax(), options.sigmaMin(), own == null ? null : own.min(), errors);
    }

    /** One end of the range, where the other is the model's own. */
    private static void checkEnd(
            String pointer,
            @Nullable Double end,
            @Nullable Double other,
            @Nullable Double usual,
            List<FieldError> errors) {
        if (end == null || other != null || usual == null) {
            return;
        }
        boolean least = pointer.endsWith("min");
        if (least ? end >= usual : end <= usual) {
            errors.add(FieldError.of(pointer, end, (least ? "below " : "above ") + usual + ", this model's own end"));
        }
    }
}
