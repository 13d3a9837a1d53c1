package io.stepwise.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.sampler.Churn;
import io.stepwise.diffusion.sampler.Ddim;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.DpmSolverPP;
import io.stepwise.diffusion.sampler.Euler;
import io.stepwise.diffusion.sampler.EulerAncestral;
import io.stepwise.diffusion.sampler.Heun;
import io.stepwise.diffusion.sampler.Sampler;
import io.stepwise.diffusion.sampler.Sigmas;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.diffusion.sampler.TimeGrid;
import io.stepwise.diffusion.sampler.UniPc;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** Reads a diffusers scheduler's configuration as one of our samplers; skips the test where there is none. */
public final class SamplerGolden {
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
            case "EulerDiscreteScheduler" -> euler(config, kwargs);
            case "EulerAncestralDiscreteScheduler" -> eulerAncestral(config, kwargs);
            case "HeunDiscreteScheduler" -> heun(config, kwargs);
            case "DPMSolverMultistepScheduler" -> dpmSolver(config, kwargs);
            case "UniPCMultistepScheduler" -> uniPc(config, kwargs);
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
                TimeGrid.of(
                        spacing(config, "leading"), config.path("steps_offset").asInt(0)),
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
                Golden.variance(config.path("variance_type").asText("fixed_small")),
                TimeGrid.of(
                        spacing(config, "leading"), config.path("steps_offset").asInt(0)),
                clip(config, true));
    }

    private static Euler euler(JsonNode config, JsonNode kwargs) {
        assumeOnly(config, "timestep_spacing", "steps_offset", "use_karras_sigmas", "final_sigmas_type");
        return new Euler(grid(config), Clip.NONE, churn(kwargs), true);
    }

    public static Churn churn(JsonNode kwargs) {
        Golden.assumeOnly(kwargs, Set.of("s_churn", "s_tmin", "s_tmax", "s_noise"));
        return new Churn(
                kwargs.path("s_churn").asDouble(0),
                kwargs.path("s_tmin").asDouble(0),
                kwargs.path("s_tmax").asDouble(Double.POSITIVE_INFINITY),
                kwargs.path("s_noise").asDouble(1));
    }

    private static EulerAncestral eulerAncestral(JsonNode config, JsonNode kwargs) {
        assumeOnly(config, "timestep_spacing", "steps_offset");
        Golden.assumeOnly(kwargs, Set.of());
        return EulerAncestral.of(grid(config));
    }

    private static Heun heun(JsonNode config, JsonNode kwargs) {
        assumeOnly(config, "timestep_spacing", "steps_offset", "use_karras_sigmas", "clip_sample", "clip_sample_range");
        Golden.assumeOnly(kwargs, Set.of());
        return new Heun(grid(config), clip(config, false), Churn.NONE);
    }

    private static DpmSolverPP dpmSolver(JsonNode config, JsonNode kwargs) {
        assumeOnly(
                config,
                "timestep_spacing",
                "steps_offset",
                "use_karras_sigmas",
                "final_sigmas_type",
                "solver_order",
                "solver_type",
                "algorithm_type",
                "lambda_min_clipped",
                "thresholding",
                "dynamic_thresholding_ratio",
                "sample_max_value",
                "lower_order_final",
                "euler_at_final");
        Golden.assumeOnly(kwargs, Set.of());
        String algorithm = config.path("algorithm_type").asText("dpmsolver++");
        Assumptions.assumeTrue(algorithm.endsWith("dpmsolver++"), "not supported: " + algorithm);
        return new DpmSolverPP(
                config.path("solver_order").asInt(2),
                DpmSolverPP.SecondOrderRule.valueOf(
                        config.path("solver_type").asText("midpoint").toUpperCase(Locale.ROOT)),
                algorithm.startsWith("sde"),
                grid(config),
                clip(config, false),
                config.path("lambda_min_clipped").asDouble(Double.NEGATIVE_INFINITY),
                config.path("lower_order_final").asBoolean(true),
                config.path("euler_at_final").asBoolean(false));
    }

    private static UniPc uniPc(JsonNode config, JsonNode kwargs) {
        assumeOnly(
                config,
                "timestep_spacing",
                "steps_offset",
                "use_karras_sigmas",
                "final_sigmas_type",
                "solver_order",
                "solver_type",
                "predict_x0",
                "disable_corrector",
                "lower_order_final",
                "thresholding",
                "dynamic_thresholding_ratio",
                "sample_max_value");
        Golden.assumeOnly(kwargs, Set.of());
        Set<Integer> uncorrected = new HashSet<>();
        config.path("disable_corrector").forEach(step -> uncorrected.add(step.asInt()));
        return new UniPc(
                config.path("solver_order").asInt(2),
                UniPc.StepFunction.valueOf(
                        config.path("solver_type").asText("bh2").toUpperCase(Locale.ROOT)),
                config.path("predict_x0").asBoolean(true),
                grid(config),
                clip(config, false),
                config.path("lower_order_final").asBoolean(true),
                uncorrected);
    }

    private static TimeGrid grid(JsonNode config) {
        return new TimeGrid(
                spacing(config, "linspace"),
                config.path("steps_offset").asInt(0),
                config.path("use_karras_sigmas").asBoolean(false) ? Sigmas.KARRAS : null,
                config.path("final_sigmas_type").asText().equals("sigma_min"));
    }

    private static Spacing spacing(JsonNode config, String fallback) {
        return Spacing.of(config.path("timestep_spacing").asText(fallback)).orElseThrow();
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

    static void assumeOnly(JsonNode config, String... keys) {
        Set<String> known = new HashSet<>(SCHEDULE_KEYS);
        known.addAll(Set.of(keys));
        Golden.assumeOnly(config, known);
    }
}
