package io.stepwise.api.access;

import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Accepts a request if its key is valid and within the rate limit. Runs before resources are matched, so that a client
 * without a key cannot find out which paths exist. The annotations of the resources check the role afterwards. Requests
 * under {@code /q} do not pass through this filter.
 */
@Singleton
public final class AccessFilter {
    /**
     * The header that gives the name of the client's key to the code behind this filter. A value from the client is
     * removed.
     */
    public static final String CLIENT = "Stepwise-Client";

    /** Probes of orchestrators. They reveal no more than {@code /q/health}, so they need no key and are not counted. */
    private static final Set<String> PROBES = Set.of("v2/health/live", "v2/health/ready");

    private static final String VERDICT = AccessFilter.class.getName();

    private final CurrentIdentityAssociation identities;
    private final RateLimits limits;

    AccessFilter(CurrentIdentityAssociation identities, RateLimits limits) {
        this.identities = identities;
        this.limits = limits;
    }

    /** Refuses a request that has no known key or exceeds the key's limit. */
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
                throw verdict.refusal("More than " + limits.perMinute() + " requests in a minute");
            }
        });
    }

    /** Whether the path needs no key and is not counted. */
    static boolean isProbe(String path) {
        return PROBES.contains(path.replaceAll("^/|/$", ""));
    }

    /** Tells the client how much of its limit remains. */
    @ServerResponseFilter
    public void tell(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(VERDICT) instanceof RateLimits.Verdict verdict) {
            response.getHeaders().putSingle("RateLimit-Policy", limits.policy());
            response.getHeaders().putSingle("RateLimit", RateLimits.header(verdict));
        }
    }
}
