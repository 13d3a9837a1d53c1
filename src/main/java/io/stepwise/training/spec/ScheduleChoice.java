package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.ScheduleSpec;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.InvalidMessageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which noise schedule to train with.
 *
 * <p>{@code max_beta} below what a schedule reaches by itself leaves signal at the last timestep (0.02 for cosine leaves
 * an amplitude of 0.0565): the images sampled from pure noise are then tinted.
 *
 * @param kind the family
 * @param betaStart β of the first timestep, in (0,1); 0 for a kind that takes none
 * @param betaEnd β of the last timestep, in (0,1), at least {@code betaStart}; 0 for a kind that takes none
 * @param maxBeta every β is cut to this, before any rescaling, in (0,1]; 1 cuts nothing
 * @param zeroTerminalSnr rescale so that nothing of the image is left at the last timestep (Lin et al. 2023,
 *     https://arxiv.org/abs/2305.08891, algorithm 1); the prediction must then not be epsilon
 * @param betas the β themselves, one per timestep, each in (0,1], where the kind is GIVEN; empty otherwise
 */
public record ScheduleChoice(
        @JsonProperty("type") Kind kind,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) double betaStart,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) double betaEnd,
        double maxBeta,
        boolean zeroTerminalSnr,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> betas) {
    private static final int ANY_TIMESTEPS = 1000;

    /** Families of schedules; the JSON name is the lower-case one. */
    public enum Kind {
        LINEAR(BetaCurve.LINEAR),
        SCALED_LINEAR(BetaCurve.SCALED_LINEAR),
        COSINE(BetaCurve.COSINE),
        SIGMOID(BetaCurve.SIGMOID),
        SIGMOID_SIGNAL(BetaCurve.SIGMOID_SIGNAL),
        /** β listed one by one. */
        GIVEN(null);

        private final @Nullable BetaCurve curve;

        Kind(@Nullable BetaCurve curve) {
            this.curve = curve;
        }

        /** Whether {@code beta_start} and {@code beta_end} mean something. */
        boolean hasEnds() {
            return curve != null && curve.usesBetaRange();
        }
    }

    /**
     * Fills in what is 0 or null, which stands for left out.
     *
     * @throws InvalidMessageException naming every component that doesn't fit the kind
     */
    public ScheduleChoice {
        betas = betas == null ? List.of() : List.copyOf(betas);
        new FieldChecks()
                .that("/beta_start", betaStart, betaStart == 0 || kind.hasEnds(), "left out for this type")
                .that("/beta_end", betaEnd, betaEnd == 0 || kind.hasEnds(), "left out for this type")
                .that("/betas", betas, betas.isEmpty() || kind == Kind.GIVEN, "left out for this type")
                .orThrow();
        if (kind.curve != null) {
            ScheduleSpec usual = ScheduleSpec.of(kind.curve, ANY_TIMESTEPS);
            betaStart = betaStart == 0 && kind.hasEnds() ? usual.betaStart() : betaStart;
            betaEnd = betaEnd == 0 && kind.hasEnds() ? usual.betaEnd() : betaEnd;
            maxBeta = maxBeta == 0 ? usual.maxBeta() : maxBeta;
        } else {
            maxBeta = maxBeta == 0 ? 1 : maxBeta;
        }
        new FieldChecks()
                .that("/beta_end", betaEnd, betaEnd >= betaStart, "at least beta_start, " + betaStart)
                .orThrow();
    }

    /**
     * The tables.
     *
     * @param timesteps T; the number of betas where they are given
     */
    public NoiseSchedule tables(int timesteps) {
        if (kind.curve == null) {
            NoiseSchedule given = NoiseSchedule.ofBetas(
                    betas.stream().mapToDouble(beta -> Math.min(beta, maxBeta)).toArray());
            return zeroTerminalSnr ? given.rescaledToZeroTerminalSnr() : given;
        }
        ScheduleSpec usual = ScheduleSpec.of(kind.curve, timesteps);
        ScheduleSpec ends = kind.hasEnds() ? usual.withBetas(betaStart, betaEnd) : usual;
        return NoiseSchedule.of(ends.withMaxBeta(maxBeta).withZeroTerminalSnr(zeroTerminalSnr));
    }
}
