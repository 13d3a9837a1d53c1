package io.stepwise.training.spec;

/**
 * The optimizer. In JSON {@code "adam"}, {@code "adamw"}, or an object with {@code type} and the other fields.
 *
 * @param kind Adam (Kingma and Ba 2015) or AdamW (Loshchilov and Hutter 2019)
 * @param beta1 decay of the first moment, in [0,1), default 0.9
 * @param beta2 decay of the second moment, in [0,1), default 0.999
 * @param eps added to the root of the second moment, in (0,1), default 1e-8
 * @param weightDecay ADAMW: decoupled weight decay, 0 … 1, default 0.01; ADAM takes none: 0
 */
public record OptimizerSpec(Kind kind, double beta1, double beta2, double eps, double weightDecay) {
    static final double DEFAULT_BETA1 = 0.9;
    static final double DEFAULT_BETA2 = 0.999;
    static final double DEFAULT_EPS = 1e-8;
    static final double DEFAULT_WEIGHT_DECAY = 0.01;

    /** The JSON name is the lower-case one. */
    public enum Kind {
        ADAM,
        ADAMW
    }

    public OptimizerSpec {
        FieldChecks checks = new FieldChecks()
                .that("/beta1", beta1, beta1 >= 0 && beta1 < 1, "at least 0 and less than 1")
                .that("/beta2", beta2, beta2 >= 0 && beta2 < 1, "at least 0 and less than 1")
                .between("/eps", eps, 0, 1);
        if (kind == Kind.ADAMW) {
            checks.range("/weight_decay", weightDecay, 0.0, 1.0);
        } else {
            checks.that("/weight_decay", weightDecay, weightDecay == 0, "absent for adam (adamw has it)");
        }
        checks.orThrow();
    }

    /** An optimizer of this kind with every default. */
    public static OptimizerSpec of(Kind kind) {
        double decay = kind == Kind.ADAMW ? DEFAULT_WEIGHT_DECAY : 0;
        return new OptimizerSpec(kind, DEFAULT_BETA1, DEFAULT_BETA2, DEFAULT_EPS, decay);
    }
}
