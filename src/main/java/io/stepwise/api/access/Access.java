package io.stepwise.api.access;

import java.util.List;
import java.util.Optional;

/**
 * The API keys of the service, and how often each may be used.
 *
 * @param keys without any, every client may do everything
 * @param requestsPerMinute of each key, or of all clients together where there are no keys; 0 for any number
 */
public record Access(List<ApiKey> keys, int requestsPerMinute) {
    public Access {
        keys = List.copyOf(keys);
        if (requestsPerMinute < 0) {
            throw new IllegalArgumentException("requestsPerMinute " + requestsPerMinute + " must be 0 or more");
        }
    }

    /** Whether the service has keys; without any it asks for none. */
    boolean isClosed() {
        return !keys.isEmpty();
    }

    /** The key of a secret. Takes the same time for every secret, so that nobody can guess one piece by piece. */
    Optional<ApiKey> find(String secret) {
        byte[] shown = ApiKey.digest(secret);
        ApiKey found = null;
        for (ApiKey key : keys) {
            if (key.matches(shown)) {
                found = key;
            }
        }
        return Optional.ofNullable(found);
    }
}
