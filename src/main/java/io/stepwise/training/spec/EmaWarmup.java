package io.stepwise.training.spec;

/**
 * How the EMA's decay grows to {@code ema_decay}: after n optimizer steps it is at most 1 - (1 + n / inv_gamma)^-power.
 * In JSON {@code true} for the defaults, {@code false} for a constant decay, or an object.
 *
 * @param invGamma in (0,1000000), default 1
 * @param power in (0,10), default 0.75: 0.999 is reached after 10 000 steps
 */
public record EmaWarmup(double invGamma, double power) {
    /** What {@code true} means. */
    public static final EmaWarmup DEFAULT = new EmaWarmup(1, 0.75);

    public EmaWarmup {
        new FieldChecks()
                .between("/inv_gamma", invGamma, 0, 1_000_000)
                .between("/power", power, 0, 10)
                .orThrow();
    }
}
