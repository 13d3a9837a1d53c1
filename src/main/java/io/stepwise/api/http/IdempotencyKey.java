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
 * A client's own key for a request that it may repeat (draft-ietf-httpapi-idempotency-key-header). The keys of
 * different clients are independent, and so are the keys of different operations.
 *
 * @param client name of the API key that the client sent; empty if none are configured
 * @param key as the client sent it
 */
public record IdempotencyKey(String client, String key) {
    public static final String HEADER = "Idempotency-Key";

    /** The header that marks an answer as a replay of an earlier one. */
    public static final String REPLAYED = "Idempotency-Replayed";

    /** The allowed form of a key. */
    public static final String PATTERN = "^[!-~]{1,255}$";

    private static final Pattern KEY = Pattern.compile(PATTERN);

    /**
     * The request's key, if it has one.
     *
     * @throws ProblemException if the key is not valid
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
     * A hash that identifies the key among all keys of all clients, and reveals neither the key nor the client.
     *
     * @param operation that the key came with; has no line breaks
     */
    public String hash(String operation) {
        return Sha256.hex((operation + "\n" + key + "\n" + client).getBytes(StandardCharsets.UTF_8));
    }

    /** A hash of the body. The same JSON gives the same hash, whatever its white space. */
    public static String contentOf(ObjectNode body) {
        return Sha256.hex(body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Marks the answer if it is a replay. */
    public static Response mark(Response answer, boolean isReplay) {
        if (isReplay) {
            answer.getHeaders().putSingle(REPLAYED, "true");
        }
        return answer;
    }

    /** The hash of the request's key; null if the request has no key. */
    public static @Nullable String hash(HttpHeaders headers, String operation) {
        return of(headers).map(key -> key.hash(operation)).orElse(null);
    }
}
