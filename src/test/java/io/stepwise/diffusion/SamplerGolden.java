package io.stepwise.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** Reads a diffusers scheduler's configuration as one of our samplers; skips the test where there is none. */
final class SamplerGolden {
    private static final Set<String> SCHEDULE_KEYS = Set.of(
            "num_train_timesteps",
            "beta_schedule",
            "beta_start",
            "beta_end",
            "rescale_betas_zero_snr",
            "prediction_type");

    private SamplerGolden() {}

    static DiscreteTime network(JsonNode config) {
        String prediction = config.path("prediction_type").asText("epsilon");
        return new DiscreteTime(Golden.schedule(config), Prediction.named(prediction));
    }

    static Sampler sampler(JsonNode goldenCase) {
        JsonNode config = goldenCase.get("config");
        JsonNode kwargs = goldenCase.get("step_kwargs");
        return switch (goldenCase.get("class").asText()) {
            case "DDIMScheduler" ->
                ddim(config, kwargs, goldenCase.get("id").asText().endsWith("-corrected"));
            case "DDPMScheduler" -> ddpm(config, kwargs);
            default -> Assumptions.abort("no sampler for " + goldenCase.get("class"));
        };
    }

    private static Ddim ddim(JsonNode config, JsonNode kwargs, boolean corrected) {
        assumeOnly(
                config,
                "clip_sample",
                "clip_sample_range",
                "thresholding",
                "dynamic_thresholding_ratio",
                "sample_max_value",
                "timestep_spacing",
                "steps_offset",
                "set_alpha_to_one");
        Golden.assumeOnly(kwargs, Set.of("eta", "use_clipped_model_output"));
        return new Ddim(
                kwargs.path("eta").asDouble(0),
                spacing(config, "leading"),
                config.path("steps_offset").asInt(0),
                clip(config, true),
                config.path("set_alpha_to_one").asBoolean(true),
                kwargs.path("use_clipped_model_output").asBoolean(false),
                !corrected);
    }

    private static Ddpm ddpm(JsonNode config, JsonNode kwargs) {
        assumeOnly(
                config,
                "clip_sample",
                "clip_sample_range",
                "thresholding",
                "dynamic_thresholding_ratio",
                "sample_max_value",
                "timestep_spacing",
                "steps_offset",
                "variance_type");
        Golden.assumeOnly(kwargs, Set.of());
        return new Ddpm(
                Ddpm.Variance.named(config.path("variance_type").asText("fixed_small")),
                spacing(config, "leading"),
                config.path("steps_offset").asInt(0),
                clip(config, true));
    }

    private static Spacing spacing(JsonNode config, String fallback) {
        return Spacing.named(config.path("timestep_spacing").asText(fallback));
    }

    private static Clip clip(JsonNode config, boolean clippedByDefault) {
        if (config.path("thresholding").asBoolean(false)) {
            return new Clip.Dynamic(
                    config.path("dynamic_thresholding_ratio").asDouble(.995),
                    config.path("sample_max_value").asDouble(1));
        }
        boolean clipped = config.path("clip_sample").asBoolean(clippedByDefault);
        return clipped ? new Clip.Range(config.path("clip_sample_range").asDouble(1)) : Clip.NONE;
    }

    private static void assumeOnly(JsonNode config, String... keys) {
        Set<String> known = new java.util.HashSet<>(SCHEDULE_KEYS);
        known.addAll(Set.of(keys));
        Golden.assumeOnly(config, known);
    }
}
