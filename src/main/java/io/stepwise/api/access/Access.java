package io.stepwise.api.access;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, and how often.
 *
 * @param keys that are known; without any everybody may do everything
 * @param requestsPerMinute of each key, or of everybody together where there are no keys; 0 is any number
 */
public record Access(List<ApiKey> keys, int requestsPerMinute) {
    /** Everything is allowed to everybody. */
    public static final Access OPEN = new Access(List.of(), 0);

    /** Probes of orchestrators, which say no more than {@code /q/health}. */
    private static final Set<String> PROBES = Set.of("v2/health/live", "v2/health/ready");

    private static final String BEARER = "bearer ";

    public Access {
        keys = List.copyOf(keys);
        if (requestsPerMinute < 0) {
            throw new IllegalArgumentException("requestsPerMinute " + requestsPerMinute + " must be 0 or more");
        }
    }

    /** Whether the path is neither asked for a key nor counted. */
    static boolean isProbe(String path) {
        return PROBES.contains(path.replaceAll("^/|/$", ""));
    }

    /**
     * Whose request it is; empty where no keys are configured.
     *
     * @param authorization the header, or null
     * @throws ProblemException when there are keys and none of them was shown, or it may not do that
     */
    Optional<ApiKey> check(@Nullable String authorization, String method, String path) {
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        ApiKey key = known(authorization);
        Optional<Role> role = role(method, path);
        if (role.isPresent() && !key.allows(role.get())) {
            throw new ProblemException(
                    ProblemType.FORBIDDEN,
                    key + " has the roles " + names(key) + ", must have "
                            + role.get().name().toLowerCase(Locale.ROOT) + " for this.");
        }
        return Optional.of(key);
    }

    private static List<String> names(ApiKey key) {
        return key.roles().stream()
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
    }

    private ApiKey known(@Nullable String authorization) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw unauthorized("An API key is needed: Authorization must be \"Bearer \" and the key.");
        }
        byte[] shown = ApiKey.digest(authorization.substring(BEARER.length()).strip());
        ApiKey found = null;
        for (ApiKey key : keys) { // all of them: time must not tell which came close
            if (key.matches(shown)) {
                found = key;
            }
        }
        if (found == null) {
            throw unauthorized("The API key is not known.");
        }
        return found;
    }

    private static ProblemException unauthorized(String detail) {
        return new ProblemException(ProblemType.UNAUTHORIZED, detail).with(Map.of("WWW-Authenticate", "Bearer"));
    }

    /** The role that a request needs; empty where any key will do. */
    private static Optional<Role> role(String method, String path) {
        String first = path.replaceFirst("^/", "").split("/", 2)[0];
        return switch (first) {
            case "generate", "generations", "v1", "v2" -> Optional.of(Role.GENERATE);
            case "train", "datasets" -> Optional.of(Role.TRAIN);
            case "models" -> reads(method) ? Optional.empty() : Optional.of(Role.ADMIN);
            default -> Optional.empty();
        };
    }

    private static boolean reads(String method) {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }

    /** How long the budget of a minute lasts to refill by one request. */
    Duration interval() {
        return Duration.ofMinutes(1).dividedBy(Math.max(1, requestsPerMinute));
    }
}
