package io.stepwise.api.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * A budget of requests per client, as a token bucket: it holds what a minute gives and refills evenly. Thread-safe; there
 * are as many buckets as keys.
 *
 * <p>By hand, as it is these few lines, and Quarkus's {@code @RateLimit} counts calls of a method, not of a client.
 */
@ApplicationScoped
final class RateLimits {
    private static final int WINDOW_SECONDS = 60;

    private final int perMinute;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** What is left, and when the budget was looked at. */
    private record Bucket(double tokens, long at) {}

    /**
     * What a client is told.
     *
     * @param allowed whether this request is within the budget
     * @param remaining requests that are left now
     * @param untilNext until there is another one
     */
    record Verdict(boolean allowed, int remaining, Duration untilNext) {}

    /**
     * @param perMinute requests; 0 for any number
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    RateLimits(int perMinute, LongSupplier nanoTime) {
        this.perMinute = perMinute;
        this.nanoTime = nanoTime;
    }

    @Inject
    RateLimits(Access access) {
        this(access.requestsPerMinute(), System::nanoTime);
    }

    /** Takes a request of {@code client} off its budget, if there is any left; empty where there are no budgets. */
    Optional<Verdict> take(String client) {
        return perMinute == 0 ? Optional.empty() : Optional.of(takeOne(client));
    }

    private Verdict takeOne(String client) {
        long now = nanoTime.getAsLong();
        boolean[] allowed = {false};
        Bucket left = buckets.compute(client, (name, before) -> {
            double tokens =
                    before == null ? perMinute : Math.min(perMinute, before.tokens + (now - before.at) * rate());
            allowed[0] = tokens >= 1;
            return new Bucket(allowed[0] ? tokens - 1 : tokens, now);
        });
        double missing = 1 - (left.tokens - Math.floor(left.tokens));
        return new Verdict(allowed[0], (int) left.tokens, Duration.ofNanos((long) Math.ceil(missing / rate())));
    }

    private double rate() {
        return perMinute / (WINDOW_SECONDS * 1e9);
    }

    /** Requests in a minute of each client. */
    int perMinute() {
        return perMinute;
    }

    /** The header {@code RateLimit-Policy}. */
    String policy() {
        return "\"minute\";q=" + perMinute + ";w=" + WINDOW_SECONDS;
    }

    /** The header {@code RateLimit}. */
    static String header(Verdict verdict) {
        return "\"minute\";r=" + verdict.remaining + ";t=" + Math.max(1, verdict.untilNext.toSeconds());
    }
}
