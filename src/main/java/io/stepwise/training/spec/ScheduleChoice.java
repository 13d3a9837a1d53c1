package io.stepwise.training.spec;

import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.ScheduleSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which noise schedule to train with. In JSON a bare name, or an object with {@code type} and the fields that this type
 * takes; others are refused.
 *
 * <p>{@code max_beta} below what a schedule reaches by itself leaves signal at the last timestep (0.02 for cosine leaves
 * an amplitude of 0.0565): the images sampled from pure noise are then tinted.
 *
 * @param kind the family
 * @param betaStart β of the first timestep, in (0,1), default 0.0001; 0 for a kind that takes none
 * @param betaEnd β of the last timestep, in (0,1), at least {@code betaStart}, default 0.02; 0 for a kind that takes none
 * @param maxBeta every β is cut to this, before any rescaling; above 0 and at most 1; default 0.999 for cosine and
 *     sigmoid_signal, 1 (nothing is cut) for the others
 * @param zeroTerminalSnr rescale so that nothing of the image is left at the last timestep (Lin et al. 2023,
 *     https://arxiv.org/abs/2305.08891, algorithm 1), default false; the prediction must then not be epsilon
 * @param betas the β themselves, one per timestep, each in (0,1], where the kind is GIVEN; empty otherwise
 */
public record ScheduleChoice(
        Kind kind, double betaStart, double betaEnd, double maxBeta, boolean zeroTerminalSnr, List<Double> betas) {
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

    public ScheduleChoice {
        betas = List.copyOf(betas);
        FieldChecks checks =
                new FieldChecks().that("/max_beta", maxBeta, maxBeta > 0 && maxBeta <= 1, "more than 0 and at most 1");
        if (kind.hasEnds()) {
            checks.between("/beta_start", betaStart, 0, 1).between("/beta_end", betaEnd, 0, 1);
            checks.that("/beta_end", betaEnd, betaEnd >= betaStart, "at least beta_start, " + betaStart);
        } else {
            checks.that("/beta_start", betaStart, betaStart == 0, "absent for this type");
            checks.that("/beta_end", betaEnd, betaEnd == 0, "absent for this type");
        }
        checks.that("/betas", betas, betas.isEmpty() || kind == Kind.GIVEN, "absent for this type");
        for (int t = 0; t < betas.size(); t++) {
            double beta = betas.get(t);
            checks.that("/betas/" + t, beta, beta > 0 && beta <= 1, "more than 0 and at most 1");
        }
        checks.orThrow();
    }

    /** A schedule of this kind with every default; GIVEN has none for its list. */
    public static ScheduleChoice of(Kind kind) {
        if (kind.curve == null) {
            return new ScheduleChoice(kind, 0, 0, 1, false, List.of());
        }
        ScheduleSpec usual = ScheduleSpec.of(kind.curve, ANY_TIMESTEPS);
        double start = kind.hasEnds() ? usual.betaStart() : 0;
        double end = kind.hasEnds() ? usual.betaEnd() : 0;
        return new ScheduleChoice(kind, start, end, usual.maxBeta(), false, List.of());
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
