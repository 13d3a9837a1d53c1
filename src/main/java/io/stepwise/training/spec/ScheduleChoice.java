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
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The noise schedule for training.
 *
 * <p>If {@code max_beta} is below the largest β of a schedule, signal remains at the last timestep (0.02 for cosine
 * leaves an amplitude of 0.0565). Images that are sampled from pure noise then have a tint.
 *
 * @param betaStart β of the first timestep, in (0,1); 0 for a kind without it
 * @param betaEnd β of the last timestep, in (0,1), at least {@code betaStart}; 0 for a kind without it
 * @param start where the piece of the sigmoid begins, below {@code end}; null for a kind without it
 * @param end where it ends; null for a kind without it
 * @param tau temperature of the sigmoid, above 0; null for a kind without it
 * @param referenceSize side of the images that the schedule is made for, in pixels; the log-SNR moves by 2 ln of its ratio
 *     to the root of the images' area. Null for no shift
 * @param maxBeta upper limit for every β before any rescaling, in (0,1]; 1 means no limit
 * @param zeroTerminalSnr rescale so that no signal remains at the last timestep (Lin et al. 2023,
 *     https://arxiv.org/abs/2305.08891, algorithm 1); the prediction must then not be epsilon
 * @param betas the β values, one per timestep, each in (0,1], if the kind is GIVEN; empty otherwise
 */
public record ScheduleChoice(
        @JsonProperty("type") Kind kind,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) double betaStart,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) double betaEnd,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double start,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double end,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double tau,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer referenceSize,
        double maxBeta,
        boolean zeroTerminalSnr,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> betas) {
    private static final int ANY_TIMESTEPS = 1000;
    private static final double MOST_STEEP = 20; // beyond, the first timesteps add less noise than a double can hold
    private static final String OF_OTHERS = "left out for this type";

    static final ScheduleChoice COSINE = of(Kind.COSINE);

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

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
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
        boolean sigmoid = kind == Kind.SIGMOID_SIGNAL;
        new FieldChecks()
                .that("/beta_start", betaStart, betaStart == 0 || kind.hasEnds(), OF_OTHERS)
                .that("/beta_end", betaEnd, betaEnd == 0 || kind.hasEnds(), OF_OTHERS)
                .that("/start", shown(start), start == null || sigmoid, OF_OTHERS + ": it is of sigmoid_signal")
                .that("/end", shown(end), end == null || sigmoid, OF_OTHERS + ": it is of sigmoid_signal")
                .that("/tau", shown(tau), tau == null || sigmoid, OF_OTHERS + ": it is of sigmoid_signal")
                .that("/reference_size", shown(referenceSize), referenceSize == null || kind != Kind.GIVEN, OF_OTHERS)
                .that("/betas", betas, betas.isEmpty() || kind == Kind.GIVEN, OF_OTHERS)
                .orThrow();
        if (kind.curve != null) {
            ScheduleSpec usual = ScheduleSpec.of(kind.curve, ANY_TIMESTEPS);
            betaStart = betaStart == 0 && kind.hasEnds() ? usual.betaStart() : betaStart;
            betaEnd = betaEnd == 0 && kind.hasEnds() ? usual.betaEnd() : betaEnd;
            maxBeta = maxBeta == 0 ? usual.maxBeta() : maxBeta;
        }
        maxBeta = maxBeta == 0 ? 1 : maxBeta;
        if (sigmoid) {
            start = start == null ? Double.valueOf(ScheduleSpec.Sigmoid.USUAL.start()) : start;
            end = end == null ? Double.valueOf(ScheduleSpec.Sigmoid.USUAL.end()) : end;
            tau = tau == null ? Double.valueOf(ScheduleSpec.Sigmoid.USUAL.tau()) : tau;
            checkSigmoid(start, end, tau);
        }
        new FieldChecks()
                .that("/beta_end", betaEnd, betaEnd >= betaStart, "at least beta_start, " + betaStart)
                .orThrow();
    }

    private static Object shown(@Nullable Object value) {
        return value == null ? "null" : value;
    }

    private static void checkSigmoid(double start, double end, double tau) {
        double least = Math.max(Math.abs(start), Math.abs(end)) / MOST_STEEP;
        new FieldChecks()
                .that("/end", end, end > start, "more than start, " + start)
                .that("/tau", tau, tau >= least, "at least " + least + ", a twentieth of start and of end")
                .orThrow();
    }

    private static ScheduleChoice of(Kind kind) {
        return new ScheduleChoice(kind, 0, 0, null, null, null, null, 0, false, List.of());
    }

    /** The choice whose tables are {@code schedule}. */
    public static ScheduleChoice of(NoiseSchedule schedule) {
        return schedule.spec()
                .filter(made -> made.logSnrShift() == 0)
                .map(ScheduleChoice::of)
                .orElseGet(() -> {
                    List<Double> betas = Arrays.stream(schedule.betas()).boxed().toList();
                    return new ScheduleChoice(Kind.GIVEN, 0, 0, null, null, null, null, 0, false, betas);
                });
    }

    private static ScheduleChoice of(ScheduleSpec made) {
        Kind kind = Kind.valueOf(made.curve().name());
        boolean sigmoid = kind == Kind.SIGMOID_SIGNAL;
        return new ScheduleChoice(
                kind,
                kind.hasEnds() ? made.betaStart() : 0,
                kind.hasEnds() ? made.betaEnd() : 0,
                sigmoid ? made.sigmoid().start() : null,
                sigmoid ? made.sigmoid().end() : null,
                sigmoid ? made.sigmoid().tau() : null,
                null,
                made.maxBeta(),
                made.zeroTerminalSnr(),
                List.of());
    }

    /** Notes an error if the schedule isn't one of so many timesteps; the schedule is the message's field of that name. */
    public void check(int timesteps, FieldChecks checks) {
        checks.that("/schedule/betas", betas.size(), fits(timesteps), timesteps + " entries, one per timestep");
    }

    boolean fits(int timesteps) {
        return kind != Kind.GIVEN || betas.size() == timesteps;
    }

    /** @param timesteps T; must equal the number of betas if they are given */
    public NoiseSchedule tables(int timesteps, ImageSize size) {
        if (kind.curve == null) {
            NoiseSchedule given = NoiseSchedule.ofBetas(
                    betas.stream().mapToDouble(beta -> Math.min(beta, maxBeta)).toArray());
            return zeroTerminalSnr ? given.rescaledToZeroTerminalSnr() : given;
        }
        ScheduleSpec made = ScheduleSpec.of(kind.curve, timesteps);
        if (kind.hasEnds()) {
            made = made.withBetas(betaStart, betaEnd);
        }
        if (start != null && end != null && tau != null) {
            made = made.withSigmoid(new ScheduleSpec.Sigmoid(start, end, tau));
        }
        if (referenceSize != null) {
            double side = Math.sqrt((double) size.height() * size.width());
            made = made.withLogSnrShift(2 * Math.log(referenceSize / side));
        }
        return NoiseSchedule.of(made.withMaxBeta(maxBeta).withZeroTerminalSnr(zeroTerminalSnr));
    }
}
