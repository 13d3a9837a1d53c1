package io.stepwise.upload;

import java.time.Duration;

/**
 * How fast a client must send a body: after ten seconds it must be complete, or have arrived at the least rate since then.
 * The time that the service itself takes doesn't count.
 *
 * @param leastRate bytes per second, at least 1
 * @param grace time for which the rate doesn't matter
 */
public record Pace(int leastRate, Duration grace) {
    private static final Duration GRACE = Duration.ofSeconds(10);

    public Pace {
        if (leastRate < 1) {
            throw new IllegalArgumentException("leastRate " + leastRate + " must be at least 1");
        }
    }

    /** The pace with ten seconds of grace, or with {@code patience} if that is shorter. */
    public static Pace of(int leastRate, Duration patience) {
        return new Pace(leastRate, patience.compareTo(GRACE) < 0 ? patience : GRACE);
    }

    /** How long the service waits for more of a body of which {@code bytes} have arrived, counted from its begin. */
    public Duration deadline(long bytes) {
        return grace.plusMillis(bytes * 1000 / leastRate);
    }

    /**
     * Checks a body that isn't complete yet.
     *
     * @param bytes that have arrived
     * @param waited how long the service has waited for them
     * @throws SlowBodyException if the client is too slow
     */
    public void check(long bytes, Duration waited) {
        if (waited.compareTo(deadline(bytes)) > 0) {
            throw new SlowBodyException(bytes, waited, this);
        }
    }
}
