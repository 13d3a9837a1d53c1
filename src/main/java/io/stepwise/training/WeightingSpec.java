package io.stepwise.training;

/**
 * How much a timestep's loss counts. In JSON a bare name, or an object with {@code type} and the fields that this type
 * takes; others are refused.
 *
 * @param kind the family
 * @param gamma MIN_SNR: where the signal-to-noise ratio is cut, in (0,1000), default 5; P2: the exponent, 0 … 10,
 *     default 1; 0 for the others
 * @param k P2: what is added to the signal-to-noise ratio, in (0,1000), default 1; 0 for the others
 */
public record WeightingSpec(Kind kind, double gamma, double k) {
    /** Families of weightings; the JSON name is the lower-case one. */
    public enum Kind {
        /** Every timestep counts the same: the "simple" loss (Ho et al. 2020, equation 14). */
        PLAIN,
        /** min(SNR, γ), expressed for what the network predicts (Hang et al. 2023, equation 7). */
        MIN_SNR,
        /** 1 / (k + SNR)^γ (Choi et al. 2022, equation 8). */
        P2,
        /** The signal-to-noise ratio itself (Salimans and Ho 2022, section 4). */
        SNR
    }

    public WeightingSpec {
        FieldChecks checks = new FieldChecks();
        switch (kind) {
            case MIN_SNR -> checks.between("/gamma", gamma, 0, 1000);
            case P2 -> checks.range("/gamma", gamma, 0.0, 10.0).between("/k", k, 0, 1000);
            case PLAIN, SNR -> checks.that("/gamma", gamma, gamma == 0, "absent for this type");
        }
        if (kind != Kind.P2) {
            checks.that("/k", k, k == 0, "absent for this type");
        }
        checks.orThrow();
    }

    /** A weighting of this kind with every default. */
    public static WeightingSpec of(Kind kind) {
        double gamma = kind == Kind.MIN_SNR ? 5 : kind == Kind.P2 ? 1 : 0;
        return new WeightingSpec(kind, gamma, kind == Kind.P2 ? 1 : 0);
    }
}
