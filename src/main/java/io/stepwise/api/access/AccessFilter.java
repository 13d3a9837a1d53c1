package io.stepwise.api.access;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who may come in, as often as it may. Before anything else is looked at, so that nobody learns from the answer
 * what there is. Health, metrics and the contract under {@code /q} are not asked for a key, nor are the probes under {@code /v2/health}.
 */
@jakarta.ws.rs.ext.Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION)
public final class AccessFilter implements ContainerRequestFilter, ContainerResponseFilter {
    /** The name of the API key that was shown, for those behind; whatever a client writes there is dropped. */
    public static final String CLIENT = "Stepwise-Client";

    private static final String VERDICT = AccessFilter.class.getName();
    private static final String EVERYBODY = "";

    private final Provider<Access> configured;
    private volatile @Nullable Gate gate;

    /** What is asked of a request. */
    private record Gate(Access access, @Nullable RateLimits limits) {
        static Gate of(Access access) {
            int perMinute = access.requestsPerMinute();
            return new Gate(access, perMinute == 0 ? null : new RateLimits(perMinute, System::nanoTime));
        }
    }

    /** @param access who may do what; asked for with the first request, as filters are made before settings are read */
    @Inject
    public AccessFilter(Provider<Access> access) {
        this.configured = access;
    }

    private Gate gate() {
        Gate known = gate;
        if (known == null) {
            synchronized (this) {
                known = gate == null ? Gate.of(configured.get()) : gate;
                gate = known;
            }
        }
        return known;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (Access.isProbe(request.getUriInfo().getPath())) {
            return;
        }
        Gate gate = gate();
        String client = gate.access
                .check(
                        request.getHeaderString(HttpHeaders.AUTHORIZATION),
                        request.getMethod(),
                        request.getUriInfo().getPath())
                .map(ApiKey::name)
                .orElse(EVERYBODY);
        request.getHeaders().putSingle(CLIENT, client);
        RateLimits limits = gate.limits;
        if (limits != null) {
            RateLimits.Verdict verdict = limits.take(client);
            request.setProperty(VERDICT, verdict);
            if (!verdict.allowed()) {
                throw tooMany(gate.access, verdict);
            }
        }
    }

    private static ProblemException tooMany(Access access, RateLimits.Verdict verdict) {
        long seconds = Math.max(1, verdict.untilNext().plusMillis(999).toSeconds());
        return new ProblemException(
                        ProblemType.RATE_LIMITED,
                        "More than " + access.requestsPerMinute() + " requests in a minute; the next one is welcome in "
                                + seconds + " s.")
                .with(Map.of(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        RateLimits limits = gate().limits;
        if (limits != null && request.getProperty(VERDICT) instanceof RateLimits.Verdict verdict) {
            response.getHeaders().putSingle("RateLimit-Policy", limits.policy());
            response.getHeaders().putSingle("RateLimit", RateLimits.header(verdict));
        }
    }
}
