package io.stepwise.app.config;

import io.smallrye.config.WithDefault;
import io.stepwise.api.access.Access;
import io.stepwise.api.access.ApiKey;
import io.stepwise.api.access.Role;
import io.stepwise.api.access.TrustedHosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hibernate.validator.constraints.Range;

/** API keys and rate limits. */
public interface AuthConfig {
    /** Keys by names of your choice, which logs and limits use. Without keys, every client may do everything. */
    Map<String, Key> keys();

    /** Requests per minute of each key, or of all clients together if there are no keys, 0 (no limit) … 1000000. */
    @WithDefault("0")
    @Range(min = 0, max = 1_000_000)
    int requestsPerMinute();

    /**
     * Host names by which a service without keys may be reached, besides those of this machine and of a cluster, and
     * whose pages may use it: {@code images.example.org}, {@code *.example.org}, or {@code *} for every name.
     */
    Optional<List<String>> trustedHosts();

    /** A key. */
    interface Key {
        /** The secret that clients send as {@code Authorization: Bearer}; 16 characters or more. */
        String secret();

        /** The roles of the key: generate, train, admin (which includes the others), separated by commas. */
        @WithDefault("generate")
        Set<Role> roles();
    }

    /**
     * The keys and the limit in the form that the service uses.
     *
     * @throws IllegalArgumentException naming the key and what is wrong with it
     */
    default Access access() {
        List<ApiKey> all = new ArrayList<>();
        keys().forEach((name, key) -> {
            try {
                all.add(ApiKey.of(name, key.secret(), key.roles()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("stepwise.auth.keys." + name + ": " + e.getMessage(), e);
            }
        });
        return new Access(all, requestsPerMinute(), hosts());
    }

    private TrustedHosts hosts() {
        try {
            return new TrustedHosts(trustedHosts().orElse(List.of()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("stepwise.auth.trusted-hosts: " + e.getMessage(), e);
        }
    }
}
