package io.stepwise.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.access.AccessFilter;
import io.stepwise.api.access.Sha256;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client's own key for a request that it may send twice (draft-ietf-httpapi-idempotency-key-header). Keys of different
 * clients have nothing to do with each other, nor have those of different operations.
 *
 * @param client name of the API key that was shown; empty where none are configured
 * @param key as the client sent it
 */
public record IdempotencyKey(String client, String key) {
    public static final String HEADER = "Idempotency-Key";

    /** On an answer that an earlier request has had. */
    public static final String REPLAYED = "Idempotency-Replayed";

    /** What a key may look like. */
    public static final String PATTERN = "^[!-~]{1,255}$";

    private static final Pattern KEY = Pattern.compile(PATTERN);

    /**
     * The request's key, if it has one.
     *
     * @throws ProblemException when the key can't be used
     */
    public static Optional<IdempotencyKey> of(HttpHeaders headers) {
        String key = headers.getHeaderString(HEADER);
        if (key == null) {
            return Optional.empty();
        }
        if (!KEY.matcher(key).matches()) {
            throw new ProblemException(
                    ProblemType.BAD_REQUEST,
                    HEADER + " has " + key.length() + " characters, must have 1 … 255, all of them visible ASCII.");
        }
        String client = headers.getHeaderString(AccessFilter.CLIENT);
        return Optional.of(new IdempotencyKey(client == null ? "" : client, key));
    }

    /**
     * What names it among all keys of all clients, and tells of neither.
     *
     * @param operation that it came with; has no line breaks
     */
    public String hash(String operation) {
        return Sha256.hex((operation + "\n" + key + "\n" + client).getBytes(StandardCharsets.UTF_8));
    }

    /** What tells a body from others: the same for the same JSON, however it is spaced. */
    public static String contentOf(ObjectNode body) {
        return Sha256.hex(body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The answer, marked as a replay if it is one. */
    public static Response mark(Response answer, boolean isReplay) {
        if (isReplay) {
            answer.getHeaders().putSingle(REPLAYED, "true");
        }
        return answer;
    }

    /** The hash of a key there may not be. */
    public static @Nullable String hash(HttpHeaders headers, String operation) {
        return of(headers).map(key -> key.hash(operation)).orElse(null);
    }
}
