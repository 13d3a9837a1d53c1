package io.stepwise.api.access;

import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Logs requests with unknown API keys, and slows their senders down. Thread-safe.
 *
 * <p>An address that sends many wrong keys gets 429 for further ones and is no longer logged. A right key always
 * passes, because many clients may share an address behind a proxy, and one of them must not lock the others out. What
 * makes keys impossible to guess is their length.
 */
final class WrongKeys {
    /** Wrong keys of one address. */
    private static final int PER_MINUTE = 30;

    /** Lines in the log, of all addresses together. */
    private static final int LINES_PER_MINUTE = 60;

    private static final Logger LOG = Logger.getLogger(WrongKeys.class);

    private final RateLimits senders;
    private final RateLimits lines;

    /** @param nanoTime the clock, such as {@link System#nanoTime} */
    WrongKeys(LongSupplier nanoTime) {
        senders = new RateLimits(PER_MINUTE, nanoTime);
        lines = new RateLimits(LINES_PER_MINUTE, nanoTime);
    }

    /**
     * The refusal of a request with a wrong key.
     *
     * @param unknown the usual refusal, 401
     */
    Throwable refusal(String address, Throwable unknown) {
        RateLimits.Verdict verdict = senders.take(address).orElseThrow();
        if (!verdict.allowed()) {
            return verdict.refusal("More than " + PER_MINUTE + " unknown API keys in a minute came from this address");
        }
        if (lines.take("").orElseThrow().allowed()) {
            LOG.warnf(
                    "unknown API key from %s%s",
                    address, verdict.remaining() == 0 ? "; more of them are not logged for some seconds" : "");
        }
        return unknown;
    }
}
