package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.ScheduleSpec;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.InvalidMessageException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The noise schedule for training.
 *
 * <p>If {@code max_beta} is below the largest β of a schedule, signal remains at the last timestep (0.02 for cosine
 * leaves an amplitude of 0.0565). Images that are sampled from pure noise then have a tint.
 *
 * @param kind the family
 * @param betaStart β of the first timestep, in (0,1); 0 for a kind without it
 * @param betaEnd β of the last timestep, in (0,1), at least {@code betaStart}; 0 for a kind without it
 * @param maxBeta upper limit for every β before any rescaling, in (0,1]; 1 means no limit
 * @param zeroTerminalSnr rescale so that no signal remains at the last timestep (Lin et al. 2023,
 *     https://arxiv.org/abs/2305.08891, algorithm 1); the prediction must then not be epsilon
 * @param betas the β values, one per timestep, each in (0,1], if the kind is GIVEN; empty otherwise
 */
public record ScheduleChoice(
        @JsonProperty("type") Kind kind,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) double betaStart,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) double betaEnd,
        double maxBeta,
        boolean zeroTerminalSnr,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> betas) {
    private static final int ANY_TIMESTEPS = 1000;

    /** The default. */
    static final ScheduleChoice COSINE = new ScheduleChoice(Kind.COSINE, 0, 0, 0, false, List.of());

    /** Families of schedules; the JSON name is the lower-case one. */
    public enum Kind {
        LINEAR(BetaCurve.LINEAR),
        SCALED_LINEAR(BetaCurve.SCALED_LINEAR),
        COSINE(BetaCurve.COSINE),
        SIGMOID(BetaCurve.SIGMOID),
        SIGMOID_SIGNAL(BetaCurve.SIGMOID_SIGNAL),
        /** The β values are listed one by one. */
        GIVEN(null);

        private final @Nullable BetaCurve curve;

        Kind(@Nullable BetaCurve curve) {
            this.curve = curve;
        }

        /** Whether {@code beta_start} and {@code beta_end} apply. */
        boolean hasEnds() {
            return curve != null && curve.usesBetaRange();
        }
    }

    /**
     * Fills in values that are 0 or null, which mean "left out".
     *
     * @throws InvalidMessageException if components do not fit the kind; the message names all of them
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

    /** The choice whose tables are {@code schedule}. */
    public static ScheduleChoice of(NoiseSchedule schedule) {
        return schedule.spec().map(ScheduleChoice::of).orElseGet(() -> {
            List<Double> betas = Arrays.stream(schedule.betas()).boxed().toList();
            return new ScheduleChoice(Kind.GIVEN, 0, 0, 0, false, betas);
        });
    }

    private static ScheduleChoice of(ScheduleSpec made) {
        Kind kind = Kind.valueOf(made.curve().name());
        return new ScheduleChoice(
                kind,
                kind.hasEnds() ? made.betaStart() : 0,
                kind.hasEnds() ? made.betaEnd() : 0,
                made.maxBeta(),
                made.zeroTerminalSnr(),
                List.of());
    }

    /**
     * Computes the tables.
     *
     * @param timesteps T; must equal the number of betas if they are given
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
