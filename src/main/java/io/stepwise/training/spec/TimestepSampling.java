package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.diffusion.LogSnrDistribution;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.InvalidMessageException;
import org.jspecify.annotations.Nullable;

/**
 * How training draws the noise level of an image.
 *
 * @param mean of the log-SNR; of LOGIT_NORMAL and LAPLACE, by default 0
 * @param std standard deviation of the log-SNR, above 0; of LOGIT_NORMAL, by default 2
 * @param scale of the log-SNR, above 0; of LAPLACE, by default 0.5
 * @param pMean mean of ln σ; of NORMAL, by default -1.2
 * @param pStd standard deviation of ln σ, above 0; of NORMAL, by default 1.2
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TimestepSampling(
        Type type,
        @Nullable Double mean,
        @Nullable Double std,
        @Nullable Double scale,
        @Nullable Double pMean,
        @Nullable Double pStd) {
    /** Every timestep alike. */
    public static final TimestepSampling UNIFORM = of(Type.UNIFORM);

    /** EDM's own. */
    public static final TimestepSampling NORMAL = of(Type.NORMAL);

    /** Families; the JSON name is the lower-case one. */
    public enum Type {
        /** Every timestep alike; of discrete timesteps. */
        UNIFORM,
        /** ln σ is normal; of edm. */
        NORMAL,
        /** The log-SNR is normal; of discrete timesteps. */
        LOGIT_NORMAL,
        /** The log-SNR has a Laplace distribution. */
        LAPLACE,
        /** By the losses so far (Nichol and Dhariwal 2021, section 3.3); of discrete timesteps. */
        IMPORTANCE;

        boolean fitsEdm() {
            return this == NORMAL || this == LAPLACE;
        }

        boolean fitsTimesteps() {
            return this != NORMAL;
        }
    }

    /**
     * Fills in the numbers of the type.
     *
     * @throws InvalidMessageException if a number is of another type; the message names all of them
     */
    public TimestepSampling {
        boolean logitNormal = type == Type.LOGIT_NORMAL;
        boolean laplace = type == Type.LAPLACE;
        boolean normal = type == Type.NORMAL;
        FieldChecks checks = new FieldChecks();
        mean = number(checks, "mean", mean, logitNormal || laplace, 0, "logit_normal and laplace");
        std = number(checks, "std", std, logitNormal, 2, "logit_normal");
        scale = number(checks, "scale", scale, laplace, .5, "laplace");
        pMean = number(checks, "p_mean", pMean, normal, -1.2, "normal");
        pStd = number(checks, "p_std", pStd, normal, 1.2, "normal");
        checks.orThrow();
    }

    private static TimestepSampling of(Type type) {
        return new TimestepSampling(type, null, null, null, null, null);
    }

    private static @Nullable Double number(
            FieldChecks checks, String name, @Nullable Double given, boolean has, double usual, String types) {
        if (given == null) {
            return has ? usual : null;
        }
        checks.that("/" + name, given, has, "left out for this type: it is of " + types);
        return given;
    }

    /** The distribution of the log-SNR; null for UNIFORM and IMPORTANCE, which have none of their own. */
    public @Nullable LogSnrDistribution distribution() {
        if (mean != null && std != null) {
            return new LogSnrDistribution.Normal(mean, std);
        }
        if (mean != null && scale != null) {
            return new LogSnrDistribution.Laplace(mean, scale);
        }
        return pMean != null && pStd != null ? LogSnrDistribution.Normal.ofLogSigma(pMean, pStd) : null;
    }
}
