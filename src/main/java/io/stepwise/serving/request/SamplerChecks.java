package io.stepwise.serving.request;

import static io.stepwise.schema.FieldError.quoted;

import io.stepwise.diffusion.sampler.SamplerField;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.schema.FieldChecks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which options fit a sampler and each other.
 *
 * @param checks takes what doesn't fit
 */
record SamplerChecks(FieldChecks checks, SamplerName sampler, SamplerOptions options) {
    void check() {
        for (SamplerField field : SamplerField.values()) {
            leftOut(
                    field.wireName(),
                    field.of(options),
                    sampler.takes(field),
                    "for the sampler " + sampler.wireName() + ", which doesn't take it");
        }
        checkChurn();
        checkRange();
    }

    private void checkChurn() {
        Double churn = options.churn();
        boolean churned = churn != null && churn > 0;
        leftOut("s_min", options.sMin(), churned || !sampler.takes(SamplerField.S_MIN), "without churn");
        leftOut("s_max", options.sMax(), churned || !sampler.takes(SamplerField.S_MAX), "without churn");
        Double eta = options.eta();
        boolean noisy = sampler.takes(SamplerField.CHURN) ? churned : eta == null || eta > 0;
        leftOut(
                "s_noise",
                options.sNoise(),
                noisy || !sampler.takes(SamplerField.S_NOISE),
                sampler.takes(SamplerField.CHURN) ? "without churn" : "with eta 0, which draws no noise");
        below("s_min", options.sMin(), "s_max", options.sMax(), true);
    }

    private void checkRange() {
        Spacing spacing = options.spacing();
        String name = spacing == null ? "" : spacing.wireName();
        boolean spreads = options.spreads();
        leftOut("rho", options.rho(), spacing == null || spacing == Spacing.KARRAS, "with the spacing " + name);
        leftOut("sigma_min", options.sigmaMin(), spreads, "with the spacing " + name);
        leftOut("sigma_max", options.sigmaMax(), spreads, "with the spacing " + name);
        below("sigma_min", options.sigmaMin(), "sigma_max", options.sigmaMax(), false);
    }

    private void below(String name, @Nullable Double value, String limitName, @Nullable Double limit, boolean orEqual) {
        if (value != null && limit != null) {
            boolean holds = orEqual ? value <= limit : value < limit;
            checks.that("/" + name, value, holds, (orEqual ? "at most " : "below ") + limitName + ", " + limit);
        }
    }

    private void leftOut(String name, @Nullable Double value, boolean fits, String where) {
        checks.that("/" + name, value == null ? "" : value, value == null || fits, "left out " + where);
    }

    /** The steps of an inpainting are DDIM's, along noise levels of its own. */
    void checkInpainting() {
        List<String> samplers =
                SamplerName.INPAINTING.stream().map(SamplerName::wireName).toList();
        checks.that("/sampler", quoted(sampler.wireName()), sampler.inpaints(), "one of " + samplers + " with a mask");
        if (sampler.inpaints()) {
            String own = "with a mask, which is painted along noise levels of its own";
            Spacing spacing = options.spacing();
            checks.that(
                    "/spacing", spacing == null ? "" : quoted(spacing.wireName()), spacing == null, "left out " + own);
            leftOut("rho", options.rho(), false, own);
            leftOut("sigma_min", options.sigmaMin(), false, own);
            leftOut("sigma_max", options.sigmaMax(), false, own);
        }
    }

    void checkInterpolation() {
        String drawn = "0 with interpolate_to: no noise is drawn on the way";
        Double eta = options.eta();
        Double churn = options.churn();
        checks.that(
                        "/sampler",
                        quoted(sampler.wireName()),
                        !sampler.isRandom(),
                        "one that draws no noise on its way with interpolate_to")
                .that("/eta", eta == null ? "" : eta, eta == null || eta == 0 || sampler.isRandom(), drawn)
                .that("/churn", churn == null ? "" : churn, churn == null || churn == 0, drawn);
    }
}
