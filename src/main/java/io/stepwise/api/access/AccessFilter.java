package io.stepwise.api.access;

import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Map;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Lets a client in that has a key, as often as the key may be used. It runs before a resource is looked for, so that a
 * client without a key doesn't learn which paths exist. Which role a resource needs is checked after that, by the
 * resource's annotations. Nothing under {@code /q} passes here.
 */
@Singleton
public final class AccessFilter {
    /** The header that tells those behind the name of the client's key; a value that a client sends is dropped. */
    public static final String CLIENT = "Stepwise-Client";

    /** Probes of orchestrators tell no more than {@code /q/health}: they need no key and are not counted. */
    private static final Set<String> PROBES = Set.of("v2/health/live", "v2/health/ready");

    private static final String VERDICT = AccessFilter.class.getName();

    private final CurrentIdentityAssociation identities;
    private final RateLimits limits;

    AccessFilter(CurrentIdentityAssociation identities, RateLimits limits) {
        this.identities = identities;
        this.limits = limits;
    }

    /** Refuses a request without a key that is known, or beyond the key's limit. */
    @ServerRequestFilter(preMatching = true, priority = Priorities.AUTHENTICATION)
    public Uni<Void> admit(ContainerRequestContext request) {
        if (isProbe(request.getUriInfo().getPath())) {
            return Uni.createFrom().voidItem();
        }
        return identities
                .getDeferredIdentity()
                .onItem()
                .invoke(client -> admit(request, client))
                .replaceWithVoid();
    }

    private void admit(ContainerRequestContext request, SecurityIdentity client) {
        if (client.isAnonymous()) {
            throw new UnauthorizedException();
        }
        String name = client.getPrincipal().getName();
        request.getHeaders().putSingle(CLIENT, name);
        limits.take(name).ifPresent(verdict -> {
            request.setProperty(VERDICT, verdict);
            if (!verdict.allowed()) {
                throw tooMany(verdict);
            }
        });
    }

    /** Whether the path is neither asked for a key nor counted. */
    static boolean isProbe(String path) {
        return PROBES.contains(path.replaceAll("^/|/$", ""));
    }

    private ProblemException tooMany(RateLimits.Verdict verdict) {
        long seconds = Math.max(1, verdict.untilNext().plusMillis(999).toSeconds());
        return new ProblemException(
                        ProblemType.RATE_LIMITED,
                        "More than " + limits.perMinute() + " requests in a minute; the next one is welcome in "
                                + seconds + " s.")
                .with(Map.of(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
    }

    /** Tells the client what is left of its limit. */
    @ServerResponseFilter
    public void tell(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(VERDICT) instanceof RateLimits.Verdict verdict) {
            response.getHeaders().putSingle("RateLimit-Policy", limits.policy());
            response.getHeaders().putSingle("RateLimit", RateLimits.header(verdict));
        }
    }
}
