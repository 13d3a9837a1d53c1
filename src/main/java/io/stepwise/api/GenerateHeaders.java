package io.stepwise.api;

import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a request for images ask for.
 *
 * @param accept values of {@code Accept}
 * @param async how long the client waits before it prefers to come back later (RFC 7240, {@code respond-async} and
 *     {@code wait}); empty when it prefers to wait
 * @param key the client's own for this request, unique among clients
 * @param requestId the request's id in the log
 */
record GenerateHeaders(List<String> accept, Optional<Duration> async, Optional<String> key, String requestId) {
    static final String PREFER = "Prefer";
    static final String PREFERENCE_APPLIED = "Preference-Applied";
    static final String RESPOND_ASYNC = "respond-async";
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /** What a key may look like. */
    static final String KEY = "^[!-~]{1,255}$";

    private static final Pattern KEY_PATTERN = Pattern.compile(KEY);
    private static final Pattern WAIT = Pattern.compile("wait\\s*=\\s*\"?([0-9]{1,6})\"?");

    /** @throws ProblemException when the key can't be used */
    static GenerateHeaders of(HttpHeaders headers) {
        return new GenerateHeaders(
                headers.getRequestHeader(HttpHeaders.ACCEPT),
                async(headers.getRequestHeader(PREFER)),
                key(headers.getHeaderString(IDEMPOTENCY_KEY), headers.getHeaderString(HttpHeaders.AUTHORIZATION)),
                String.valueOf(headers.getHeaderString(RequestIdFilter.HEADER)));
    }

    private static Optional<Duration> async(List<String> prefer) {
        boolean async = false;
        Duration wait = Duration.ZERO;
        for (String preference :
                String.join(",", prefer).toLowerCase(Locale.ROOT).split(",", -1)) {
            Matcher seconds = WAIT.matcher(preference.strip());
            if (preference.strip().equals(RESPOND_ASYNC)) {
                async = true;
            } else if (seconds.matches()) {
                wait = Duration.ofSeconds(Long.parseLong(seconds.group(1)));
            }
        }
        return async ? Optional.of(wait) : Optional.empty();
    }

    /** Clients of different API keys may use the same key. */
    private static Optional<String> key(@Nullable String key, @Nullable String authorization) {
        if (key == null) {
            return Optional.empty();
        }
        if (!KEY_PATTERN.matcher(key).matches()) {
            throw new ProblemException(
                    ProblemType.BAD_REQUEST,
                    IDEMPOTENCY_KEY + " has " + key.length()
                            + " characters, must have 1 … 255, all of them visible ASCII.");
        }
        String client = authorization == null ? "" : Sha256.hex(authorization.getBytes(StandardCharsets.UTF_8)) + " ";
        return Optional.of(client + key);
    }
}
