package io.stepwise.memory;

import java.time.Duration;
import java.util.Optional;

/** A request needs more memory than is free in the {@link MemoryBudget}, or than the whole budget has. */
public final class MemoryBudgetException extends RuntimeException {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final boolean fitsLater;

    MemoryBudgetException(long needed, long most, long used) {
        super("the request needs " + needed + " bytes of the service's memory, "
                + (needed > most ? "must need at most " + most : "and " + used + " of " + most + " are in use"));
        fitsLater = needed <= most;
    }

    /** When it is worth asking again; empty if the request can never fit. */
    public Optional<Duration> retryAfter() {
        return fitsLater ? Optional.of(RETRY_AFTER) : Optional.empty();
    }
}
