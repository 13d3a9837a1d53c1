package io.stepwise.training;

import java.util.List;

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
 * @param maxBeta every β is cut to this, in (0,1), default 0.999; before the rescaling
 * @param zeroTerminalSnr rescale so that nothing of the image is left at the last timestep (Lin et al. 2023, algorithm
 *     1), default false; the prediction must then not be epsilon
 * @param betas the β themselves, one per timestep, each in (0,1], where the kind is GIVEN; empty otherwise
 */
public record ScheduleSpec(
        Kind kind, double betaStart, double betaEnd, double maxBeta, boolean zeroTerminalSnr, List<Double> betas) {
    static final double DEFAULT_BETA_START = 1e-4;
    static final double DEFAULT_BETA_END = 0.02;
    static final double DEFAULT_MAX_BETA = 0.999;

    /** Families of schedules; the JSON name is the lower-case one. */
    public enum Kind {
        /** β linear in t (Ho et al. 2020). */
        LINEAR,
        /** √β linear in t (latent diffusion). */
        SCALED_LINEAR,
        /** ᾱ a squared cosine (Nichol and Dhariwal 2021, equation 17). */
        COSINE,
        /** ᾱ a sigmoid from -3 to 3 with temperature 1 (Jabri et al. 2022). */
        SIGMOID,
        /** β a sigmoid from -6 to 6 between two ends (diffusers' {@code sigmoid}; GeoDiff). */
        SIGMOID_BETAS,
        /** β listed one by one. */
        GIVEN;

        /** Whether {@code beta_start} and {@code beta_end} mean something. */
        public boolean hasEnds() {
            return this == LINEAR || this == SCALED_LINEAR || this == SIGMOID_BETAS;
        }
    }

    public ScheduleSpec {
        betas = List.copyOf(betas);
        FieldChecks checks = new FieldChecks().between("/max_beta", maxBeta, 0, 1);
        if (kind.hasEnds()) {
            checks.between("/beta_start", betaStart, 0, 1)
                    .between("/beta_end", betaEnd, 0, 1)
                    .that("/beta_end", betaEnd, betaEnd >= betaStart, "at least beta_start, " + betaStart);
        } else {
            checks.that("/beta_start", betaStart, betaStart == 0, "absent for this type")
                    .that("/beta_end", betaEnd, betaEnd == 0, "absent for this type");
        }
        if (kind == Kind.GIVEN) {
            for (int t = 0; t < betas.size(); t++) {
                double beta = betas.get(t);
                checks.that("/betas/" + t, beta, beta > 0 && beta <= 1, "more than 0 and at most 1");
            }
        } else {
            checks.that("/betas", betas, betas.isEmpty(), "absent for this type");
        }
        checks.orThrow();
    }

    /** A schedule of this kind with every default; GIVEN has none. */
    public static ScheduleSpec of(Kind kind) {
        double start = kind.hasEnds() ? DEFAULT_BETA_START : 0;
        double end = kind.hasEnds() ? DEFAULT_BETA_END : 0;
        return new ScheduleSpec(kind, start, end, DEFAULT_MAX_BETA, false, List.of());
    }
}
