package io.stepwise.training.spec;

/**
 * How the EMA's decay grows to {@code ema_decay}: after n optimizer steps it is at most 1 - (1 + n / inv_gamma)^-power.
 *
 * @param invGamma above 0
 * @param power above 0; with 0.75 and {@code invGamma} 1 a decay of 0.999 is reached after 10 000 steps
 */
public record EmaWarmup(double invGamma, double power) {}
