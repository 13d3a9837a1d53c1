package io.stepwise.api.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.credential.TokenCredential;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;

/** Reads the key from {@code Authorization: Bearer KEY}. A service without keys treats all clients as the same one. */
@Singleton
public final class ApiKeyMechanism implements HttpAuthenticationMechanism {
    private static final String SCHEME = "Bearer";
    private static final String PREFIX = SCHEME + " ";

    private final Access access;
    private final WrongKeys wrongKeys = new WrongKeys(System::nanoTime);

    ApiKeyMechanism(Access access) {
        this.access = access;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager identities) {
        if (!access.isClosed()) {
            return Uni.createFrom().item(ApiKeyIdentities.EVERY_CLIENT);
        }
        String shown = request.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (shown == null || !shown.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
            return Uni.createFrom().nullItem();
        }
        String secret = shown.substring(PREFIX.length()).strip();
        return identities
                .authenticate(new TokenAuthenticationRequest(new TokenCredential(secret, SCHEME)))
                .onFailure(AuthenticationFailedException.class)
                .transform(unknown -> wrongKeys.refusal(address(request), unknown));
    }

    /** The client's address, by the headers of a proxy where {@code quarkus.http.proxy} trusts that proxy. */
    private static String address(RoutingContext request) {
        SocketAddress address = request.request().remoteAddress();
        return address == null ? "unknown" : String.valueOf(address.hostAddress());
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext request) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", SCHEME));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(TokenAuthenticationRequest.class);
    }
}
