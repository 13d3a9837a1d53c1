package io.stepwise.api.access;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Limits the requests of each client with a token bucket. A bucket holds the requests of one minute and refills evenly.
 * Thread-safe. There is one bucket per client.
 *
 * <p>Written by hand because it is short, and because Quarkus's {@code @RateLimit} counts the calls of a method and not
 * of a client.
 */
@ApplicationScoped
final class RateLimits {
    private static final int WINDOW_SECONDS = 60;

    /** More buckets than this are not kept; clients that have used nothing lately need none. */
    private static final int MOST_CLIENTS = 10_000;

    private final int perMinute;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** The remaining requests at a given time. */
    private record Bucket(double tokens, long at) {}

    /**
     * The result that a client is told.
     *
     * @param allowed whether this request is within the limit
     * @param remaining requests that are left now
     * @param untilNext time until one more request is allowed
     */
    record Verdict(boolean allowed, int remaining, Duration untilNext) {
        /** The refusal of a request that is not allowed. */
        ProblemException refusal(String reason) {
            long seconds = Math.max(1, untilNext.plusMillis(999).toSeconds());
            return new ProblemException(
                            ProblemType.RATE_LIMITED, reason + "; the next one is welcome in " + seconds + " s.")
                    .with(Map.of(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
        }
    }

    /**
     * @param perMinute requests per minute; 0 means no limit
     * @param nanoTime the clock, such as {@link System#nanoTime}
     */
    RateLimits(int perMinute, LongSupplier nanoTime) {
        this.perMinute = perMinute;
        this.nanoTime = nanoTime;
    }

    @Inject
    RateLimits(Access access) {
        this(access.requestsPerMinute(), System::nanoTime);
    }

    /** Takes one request from the budget of {@code client} if any is left. Empty if there is no limit. */
    Optional<Verdict> take(String client) {
        return perMinute == 0 ? Optional.empty() : Optional.of(takeOne(client));
    }

    private Verdict takeOne(String client) {
        long now = nanoTime.getAsLong();
        boolean[] allowed = {false};
        if (buckets.size() >= MOST_CLIENTS) {
            buckets.values().removeIf(bucket -> refilled(bucket, now) >= perMinute);
        }
        if (buckets.size() >= MOST_CLIENTS) {
            buckets.clear();
        }
        Bucket left = buckets.compute(client, (name, before) -> {
            double tokens = before == null ? perMinute : refilled(before, now);
            allowed[0] = tokens >= 1;
            return new Bucket(allowed[0] ? tokens - 1 : tokens, now);
        });
        double missing = 1 - (left.tokens - Math.floor(left.tokens));
        return new Verdict(allowed[0], (int) left.tokens, Duration.ofNanos((long) Math.ceil(missing / rate())));
    }

    private double refilled(Bucket bucket, long now) {
        return Math.min(perMinute, bucket.tokens + (now - bucket.at) * rate());
    }

    private double rate() {
        return perMinute / (WINDOW_SECONDS * 1e9);
    }

    /** Requests per minute of each client. */
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
