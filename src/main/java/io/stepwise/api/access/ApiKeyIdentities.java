package io.stepwise.api.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Identifies a client by its key. The principal has the name and the roles of the key. */
@Singleton
public final class ApiKeyIdentities implements IdentityProvider<TokenAuthenticationRequest> {
    /** The client of a service without keys. It has no name and may do everything. */
    static final SecurityIdentity EVERY_CLIENT = identity("", EnumSet.allOf(Role.class));

    private final Access access;

    ApiKeyIdentities(Access access) {
        this.access = access;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            TokenAuthenticationRequest request, AuthenticationRequestContext context) {
        return access.find(request.getToken().getToken())
                .map(key -> Uni.createFrom().item(identity(key.name(), key.allowed())))
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException()));
    }

    @Override
    public Class<TokenAuthenticationRequest> getRequestType() {
        return TokenAuthenticationRequest.class;
    }

    private static SecurityIdentity identity(String name, Set<Role> roles) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addRoles(roles.stream().map(Role::wireName).collect(Collectors.toSet()))
                .build();
    }
}
