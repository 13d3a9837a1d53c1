package io.stepwise.api.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Set;

/**
 * A key that a client sends as {@code Authorization: Bearer …}. Holds the hash of the secret, never the secret itself.
 *
 * @param name for logs and limits
 * @param sha256 hash of the secret
 * @param roles that the key grants, at least one
 */
@SuppressWarnings("ArrayRecordComponent") // compared only by matches
public record ApiKey(String name, byte[] sha256, Set<Role> roles) {
    private static final int LEAST_CHARACTERS = 16;

    /** @throws IllegalArgumentException if there are no roles */
    public ApiKey {
        roles = Set.copyOf(roles);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException(
                    "roles of key " + name + " must be one or more of generate, train, admin");
        }
    }

    /**
     * Makes the key of a secret.
     *
     * @throws IllegalArgumentException if the secret has fewer than 16 characters or there is no role
     */
    public static ApiKey of(String name, String secret, Set<Role> roles) {
        if (secret.length() < LEAST_CHARACTERS) {
            throw new IllegalArgumentException("secret of key " + name + " has " + secret.length()
                    + " characters, must have " + LEAST_CHARACTERS + " or more");
        }
        return new ApiKey(name, digest(secret), roles);
    }

    /** Whether {@code token} is the secret of this key. Takes the same time for every wrong token. */
    boolean matches(byte[] tokenSha256) {
        return MessageDigest.isEqual(sha256, tokenSha256);
    }

    /** The roles that the key grants. The admin role includes all others. */
    Set<Role> allowed() {
        return roles.contains(Role.ADMIN) ? EnumSet.allOf(Role.class) : roles;
    }

    static byte[] digest(String secret) {
        return Sha256.of(secret.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "key " + name;
    }
}
