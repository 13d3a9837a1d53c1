package io.stepwise.api;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns the refusals of Quarkus's security into the same form as all other problems. */
@Singleton
public final class AccessProblems {
    private final ProblemMapper problems;
    private final SecurityIdentity client;

    AccessProblems(ProblemMapper problems, SecurityIdentity client) {
        this.problems = problems;
        this.client = client;
    }

    /** The request has no key. */
    @ServerExceptionMapper
    public Response missing(UnauthorizedException e) {
        return unauthorized("An API key is needed: Authorization must be \"Bearer \" and the key.");
    }

    /** The service does not know the key. */
    @ServerExceptionMapper
    public Response unknown(AuthenticationFailedException e) {
        return unauthorized("The API key is not known.");
    }

    private Response unauthorized(String detail) {
        return problems.toResponse(new ProblemException(ProblemType.UNAUTHORIZED, detail)
                .with(Map.of(HttpHeaders.WWW_AUTHENTICATE, "Bearer")));
    }

    /** The key does not have the role that the resource needs. */
    @ServerExceptionMapper
    public Response forbidden(ForbiddenException e, ResourceInfo resource) {
        String has = "key " + client.getPrincipal().getName() + " has the roles "
                + client.getRoles().stream().sorted().toList();
        String needs = needed(resource)
                .map(role -> ", must have " + role + " for this.")
                .orElse("; no role is enough for this.");
        return problems.toResponse(new ProblemException(ProblemType.FORBIDDEN, has + needs));
    }

    private static Optional<String> needed(ResourceInfo resource) {
        RolesAllowed ofMethod = resource.getResourceMethod().getAnnotation(RolesAllowed.class);
        RolesAllowed ofClass = resource.getResourceClass().getAnnotation(RolesAllowed.class);
        return Optional.ofNullable(ofMethod == null ? ofClass : ofMethod)
                .map(roles -> String.join(" or ", Arrays.asList(roles.value())));
    }
}
