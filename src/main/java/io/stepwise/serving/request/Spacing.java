package io.stepwise.serving.request;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the timesteps of a sampler are chosen from the model's T. */
public enum Spacing {
    /** Multiples of T / steps, from 0 up. */
    LEADING,
    /** Multiples of T / steps, from T down. */
    TRAILING,
    /** Evenly from 0 to T - 1, both included. */
    LINSPACE,
    /** Noise levels evenly spaced in σ^(1/7) (Karras et al. 2022, equation 5). */
    KARRAS;

    /** The name in requests and answers, such as {@code leading}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The spacing of that wire name; empty when there is none. */
    public static Optional<Spacing> of(String wireName) {
        return Arrays.stream(values())
                .filter(spacing -> spacing.wireName().equals(wireName))
                .findFirst();
    }
}
