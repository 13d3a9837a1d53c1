package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.BetaTables;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How the noise levels that a sampler visits are spaced. The first three choose some of the T training timesteps (Lin et
 * al. 2023, https://arxiv.org/abs/2305.08891, table 2), and the others spread the levels over sigma, see {@link Sigmas}.
 *
 * <p>Timesteps come in descending order, S of them, S = 1 … T, rounded half to even where they are rounded. The numbers
 * are diffusers', with its surprises: leading starts below T-1 (10 steps of 1000 at 900), and a single step of leading
 * or linspace is t = 0; only trailing always starts from full noise.
 */
public enum Spacing {
    /** 0, T/S, 2T/S, … with T/S rounded down, plus an offset. */
    LEADING,
    /** T-1, T-1 - T/S, … with T/S exact. */
    TRAILING,
    /** From T-1 to 0 evenly, both included. */
    LINSPACE,
    /** Noise levels evenly spaced in sigma^(1/rho). */
    KARRAS,
    /** Noise levels evenly spaced in ln sigma. */
    EXPONENTIAL;

    /** The name in requests, in answers and in diffusers' {@code timestep_spacing}, such as {@code leading}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The spacing of that wire name; empty when there is none. */
    public static Optional<Spacing> of(String wireName) {
        return Arrays.stream(values())
                .filter(spacing -> spacing.wireName().equals(wireName))
                .findFirst();
    }

    /**
     * The spacing of timesteps that diffusers calls {@code label}.
     *
     * @throws IllegalArgumentException naming the allowed labels
     */
    public static Spacing ofTimesteps(String label) {
        return of(label)
                .filter(Spacing::visitsTimesteps)
                .orElseThrow(() -> new IllegalArgumentException(
                        "timestep_spacing '" + label + "' must be one of leading, trailing, linspace"));
    }

    /** Whether the levels are timesteps. */
    public boolean visitsTimesteps() {
        return this != KARRAS && this != EXPONENTIAL;
    }

    /** @throws IllegalArgumentException if this doesn't space timesteps */
    void requireTimesteps() {
        if (!visitsTimesteps()) {
            throw spacesNoTimesteps();
        }
    }

    private IllegalArgumentException spacesNoTimesteps() {
        return new IllegalArgumentException("spacing " + wireName() + " must be leading, trailing or linspace here");
    }

    /** Whole timesteps as DDIM and DDPM visit them. */
    double[] timesteps(int trained, int steps, int offset) {
        double[] timesteps = continuous(trained, steps, offset);
        for (int i = 0; i < steps; i++) {
            timesteps[i] = Math.rint(timesteps[i]);
        }
        return timesteps;
    }

    /** As Euler and Heun visit them: linspace is not rounded. */
    double[] continuous(int trained, int steps, int offset) {
        requireSteps(trained, steps);
        return switch (this) {
            case LEADING -> multiples(trained / steps, steps, 0, trained, offset);
            case TRAILING -> trailing(trained, trained, steps);
            case LINSPACE -> reversed(BetaTables.linspace(0, trained - 1, steps));
            case KARRAS, EXPONENTIAL -> throw spacesNoTimesteps();
        };
    }

    /**
     * As multistep solvers visit them: leading and linspace lay out S+1 points and leave out the last.
     *
     * @param end how many of the timesteps may be visited, the noisier ones being left out; {@code trained} for all
     */
    double[] multistep(int trained, int end, int steps, int offset) {
        requireSteps(trained, steps);
        if (steps >= end) {
            return multiples(1, end, 0, trained, 0);
        }
        return switch (this) {
            case LEADING -> multiples(end / (steps + 1), steps, 1, trained, offset);
            case TRAILING -> trailing(trained, end, steps);
            case LINSPACE -> {
                double[] points = reversed(BetaTables.linspace(0, end - 1, steps + 1));
                double[] timesteps = new double[steps];
                for (int i = 0; i < steps; i++) {
                    timesteps[i] = Math.rint(points[i]);
                }
                yield timesteps;
            }
            case KARRAS, EXPONENTIAL -> throw spacesNoTimesteps();
        };
    }

    private static double[] multiples(int ratio, int steps, int from, int trained, int offset) {
        int highest = (from + steps - 1) * ratio;
        int shift = Math.min(offset, trained - 1 - highest);
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = highest - i * ratio + shift;
        }
        return timesteps;
    }

    private static double[] trailing(int trained, int end, int steps) {
        double ratio = (double) trained / steps;
        int count = (int) Math.min(steps, Math.ceil(end / ratio));
        double[] timesteps = new double[count];
        for (int i = 0; i < count; i++) {
            timesteps[i] = Math.max(0, Math.rint(end - i * ratio) - 1);
        }
        return timesteps;
    }

    private static double[] reversed(double[] ascending) {
        double[] descending = new double[ascending.length];
        for (int i = 0; i < ascending.length; i++) {
            descending[i] = ascending[ascending.length - 1 - i];
        }
        return descending;
    }

    static void requireSteps(int trained, int steps) {
        if (steps < 1 || steps > trained) {
            throw new IllegalArgumentException("steps " + steps + " must be 1 to " + trained);
        }
    }
}
