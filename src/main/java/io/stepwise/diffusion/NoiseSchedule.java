package io.stepwise.diffusion;

import java.util.Arrays;
import java.util.Optional;

/**
 * How much of the image is left at each of T timesteps: {@code x_t = sqrt(ᾱ_t)·x0 + sqrt(1-ᾱ_t)·eps} with ᾱ_t the
 * running product of 1 - beta (Ho et al. 2020, https://arxiv.org/abs/2006.11239, eq. 4). Tables are {@code double}:
 * float32 cosine tables are off by 1e-5. Immutable.
 */
public final class NoiseSchedule {
    /** If more than this amplitude of the image is left at t = T-1, sampling from pure noise starts where the network was never trained ("signal leak"). */
    public static final double SIGNAL_LEAK = .02;

    private final double[] betas;
    private final double[] alphasCumprod;
    private final Optional<ScheduleSpec> spec;

    private NoiseSchedule(double[] betas, Optional<ScheduleSpec> spec) {
        this.betas = betas;
        this.alphasCumprod = cumulativeProduct(betas);
        this.spec = spec;
    }

    /** The schedule that {@code spec} describes. */
    public static NoiseSchedule of(ScheduleSpec spec) {
        double[] betas = BetaTables.betas(spec);
        if (spec.logSnrShift() != 0) {
            betas = BetaTables.shifted(betas, spec.logSnrShift());
        }
        for (int t = 0; t < betas.length; t++) {
            betas[t] = Math.min(betas[t], spec.maxBeta());
        }
        return new NoiseSchedule(
                spec.zeroTerminalSnr() ? BetaTables.rescaledToZeroTerminalSnr(betas) : betas, Optional.of(spec));
    }

    /** The curve with its usual constants, see {@link ScheduleSpec#of}. */
    public static NoiseSchedule of(BetaCurve curve, int timesteps) {
        return of(ScheduleSpec.of(curve, timesteps));
    }

    /**
     * A schedule of given betas (diffusers' {@code trained_betas}).
     *
     * @param betas 2 to 10000 of them, each in (0, 1]; copied
     */
    public static NoiseSchedule ofBetas(double[] betas) {
        if (betas.length < 2 || betas.length > 10_000) {
            throw new IllegalArgumentException("betas has " + betas.length + " entries, must have 2 to 10000");
        }
        for (int t = 0; t < betas.length; t++) {
            if (!(betas[t] > 0 && betas[t] <= 1)) {
                throw new IllegalArgumentException("betas[" + t + "] " + betas[t] + " must be above 0 and at most 1");
            }
        }
        return new NoiseSchedule(betas.clone(), Optional.empty());
    }

    /** This schedule's betas rescaled so that no signal is left at t = T-1; the description changes with them, if there is one. */
    public NoiseSchedule rescaledToZeroTerminalSnr() {
        return spec.map(made -> of(made.withZeroTerminalSnr(true)))
                .orElseGet(() -> new NoiseSchedule(BetaTables.rescaledToZeroTerminalSnr(betas), Optional.empty()));
    }

    /** T, the number of timesteps. */
    public int timesteps() {
        return betas.length;
    }

    /** beta of timestep {@code t}, 0 … T-1. */
    public double beta(int t) {
        return betas[t];
    }

    /** ᾱ of timestep {@code t}, 0 … T-1; in [0, 1). */
    public double alphasCumprod(int t) {
        return alphasCumprod[t];
    }

    /** A copy of the betas, T long. */
    public double[] betas() {
        return betas.clone();
    }

    /** A copy of the running products, T long. */
    public double[] alphasCumprod() {
        return alphasCumprod.clone();
    }

    /** sqrt((1-ᾱ)/ᾱ) of timestep {@code t}: the noise per unit of signal; infinite where no signal is left. */
    public double sigma(int t) {
        return Math.sqrt((1 - alphasCumprod[t]) / alphasCumprod[t]);
    }

    /** ᾱ/(1-ᾱ) of timestep {@code t}, the signal-to-noise ratio. */
    public double snr(int t) {
        return alphasCumprod[t] / (1 - alphasCumprod[t]);
    }

    /** sqrt(ᾱ_(T-1)), the amplitude of the image left at the end; compare with {@link #SIGNAL_LEAK}. */
    public double terminalSignal() {
        return Math.sqrt(alphasCumprod[alphasCumprod.length - 1]);
    }

    /** Whether so much signal is left at t = T-1 that images sampled from pure noise get tinted. */
    public boolean leaksSignal() {
        return terminalSignal() > SIGNAL_LEAK;
    }

    /** How the schedule was made; empty if its betas were given one by one. */
    public Optional<ScheduleSpec> spec() {
        return spec;
    }

    private static double[] cumulativeProduct(double[] betas) {
        double[] product = new double[betas.length];
        double running = 1;
        for (int t = 0; t < betas.length; t++) {
            running *= 1 - betas[t];
            product[t] = running;
        }
        return product;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoiseSchedule that && Arrays.equals(betas, that.betas);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(betas);
    }

    @Override
    public String toString() {
        return "NoiseSchedule[" + spec.map(ScheduleSpec::toString).orElse("T=" + betas.length) + "]";
    }
}
