package io.stepwise.api.access;

import java.util.List;
import java.util.Optional;

/**
 * The API keys of the service and their rate limit.
 *
 * @param keys if empty, every client may do everything
 * @param requestsPerMinute limit of each key, or of all clients together if there are no keys; 0 means no limit
 * @param trustedHosts the names that a service without keys answers to
 */
public record Access(List<ApiKey> keys, int requestsPerMinute, TrustedHosts trustedHosts) {
    public Access {
        keys = List.copyOf(keys);
        if (requestsPerMinute < 0) {
            throw new IllegalArgumentException("requestsPerMinute " + requestsPerMinute + " must be 0 or more");
        }
    }

    /** Whether the service has keys. Without keys it requires none. */
    public boolean isClosed() {
        return !keys.isEmpty();
    }

    /**
     * Finds the key with this secret. Takes the same time for every secret, so that a secret cannot be guessed piece by
     * piece.
     */
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
