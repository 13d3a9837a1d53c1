package io.stepwise.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.RequestIdFilter;
import io.stepwise.api.problem.ProblemException;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The headers of a request for images.
 *
 * @param accept values of {@code Accept}
 * @param async how long the client waits before it prefers an asynchronous answer (RFC 7240, {@code respond-async} and
 *     {@code wait}); empty if it prefers to wait for the images
 * @param key the client's idempotency key of this request
 * @param requestId the request's id in the log
 */
public record GenerateHeaders(
        List<String> accept, Optional<Duration> async, Optional<IdempotencyKey> key, String requestId) {
    static final String PREFER = "Prefer";
    static final String PREFERENCE_APPLIED = "Preference-Applied";
    static final String RESPOND_ASYNC = "respond-async";

    private static final Pattern WAIT = Pattern.compile("wait\\s*=\\s*\"?([0-9]{1,6})\"?");

    /** @throws ProblemException if the key is not valid */
    public static GenerateHeaders of(HttpHeaders headers) {
        return new GenerateHeaders(
                headers.getRequestHeader(HttpHeaders.ACCEPT),
                async(headers.getRequestHeader(PREFER)),
                IdempotencyKey.of(headers),
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

    /** Whether nobody needs the images of this request any more once its client has disconnected. */
    boolean endsWithClient(ObjectNode body) {
        return body.path("cancel_on_disconnect").asBoolean(async.isEmpty() && key.isEmpty());
    }
}
