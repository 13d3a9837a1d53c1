package io.stepwise.app.config;

import io.smallrye.config.WithDefault;
import io.stepwise.api.access.Access;
import io.stepwise.api.access.ApiKey;
import io.stepwise.api.access.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.validator.constraints.Range;

/** Who may do what. */
public interface AuthConfig {
    /** Keys by names of your choice, for logs and limits. Without any, every client may do everything. */
    Map<String, Key> keys();

    /** Requests a minute of each key, or of all clients together without keys, 0 (any number) … 1000000. */
    @WithDefault("0")
    @Range(min = 0, max = 1_000_000)
    int requestsPerMinute();

    /** A key. */
    interface Key {
        /** What clients show as {@code Authorization: Bearer}; 16 characters or more. */
        String secret();

        /** What it may be used for: generate, train, admin (which is all), separated by commas. */
        @WithDefault("generate")
        Set<Role> roles();
    }

    /**
     * The same for the service.
     *
     * @throws IllegalArgumentException naming the key, and what is wrong with it
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
        return new Access(all, requestsPerMinute());
    }
}
