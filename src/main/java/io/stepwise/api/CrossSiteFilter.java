package io.stepwise.api;

import io.quarkus.vertx.http.runtime.cors.CORSFilter;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.stepwise.api.access.Access;
import io.stepwise.api.http.RequestIdFilter;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.schema.FieldError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses the requests that pages of other sites send through a user's browser, as long as there are no API keys. With
 * keys no such check is needed, because a page cannot know a key.
 *
 * <p>Every request must be for a trusted {@code Host}. A request that may change something must come from a trusted
 * {@code Origin}, too; browsers that send none say in {@code Sec-Fetch-Site} where the page is from. Programs send
 * neither. An origin that {@code quarkus.http.cors} allows is trusted.
 */
@Singleton
public final class CrossSiteFilter {
    /** Before Quarkus's filter for CORS (300), whose refusals say nothing. */
    private static final int PRIORITY = 350;

    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
    private static final String FETCH_SITE = "Sec-Fetch-Site";
    private static final String SETTING = "STEPWISE_AUTH_TRUSTED_HOSTS";

    private final Access access;
    private final List<String> sharedWith;
    private final List<Pattern> sharedWithAlike;

    /**
     * @param cors whether pages of other origins may use the service
     * @param origins these origins, or patterns of them between slashes; {@code *} means all
     */
    CrossSiteFilter(
            Access access,
            @ConfigProperty(name = "quarkus.http.cors.enabled") boolean cors,
            @ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> origins) {
        this.access = access;
        sharedWith = cors ? origins.orElse(List.of()) : List.of();
        sharedWithAlike = CORSFilter.parseAllowedOriginsRegex(Optional.of(sharedWith));
    }

    void register(@Observes Filters filters) {
        if (!access.isClosed()) {
            filters.register(this::check, PRIORITY);
        }
    }

    private void check(RoutingContext context) {
        foreign(context)
                .ifPresentOrElse(
                        detail -> refuse(
                                context,
                                detail + ". Without API keys only pages and names of this machine may use"
                                        + " the service: configure a key (STEPWISE_AUTH_KEYS_<NAME>_SECRET), or name the hosts"
                                        + " that you trust in " + SETTING + "."),
                        context::next);
    }

    /** The header by which the request is another site's, and its value; empty if there is none. */
    private Optional<String> foreign(RoutingContext context) {
        HttpServerRequest request = context.request();
        List<HostAndPort> hosts = hosts(request);
        for (HostAndPort host : hosts) {
            if (!access.trustedHosts().isHost(host.host())) {
                return Optional.of(is("Host", host.host()));
            }
        }
        if (READING.contains(request.method())) {
            return Optional.empty();
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null) {
            boolean trusted =
                    isShared(origin) || access.trustedHosts().isOrigin(origin, hosts.isEmpty() ? null : hosts.get(0));
            return trusted ? Optional.empty() : Optional.of(is("Origin", origin));
        }
        String site = request.getHeader(FETCH_SITE);
        return site == null || OWN_SITE.contains(site) ? Optional.empty() : Optional.of(is(FETCH_SITE, site));
    }

    /** The real names that the request is for, whatever X-Forwarded-Host says, which a page can make up. */
    private static List<HostAndPort> hosts(HttpServerRequest request) {
        HostAndPort ofHttp2 = request.authority(true);
        Stream<HostAndPort> ofHttp1 = request.headers().getAll(HttpHeaders.HOST).stream()
                .map(host ->
                        Objects.requireNonNullElse(HostAndPort.parseAuthority(host, -1), HostAndPort.create(host, -1)));
        return Stream.concat(Stream.ofNullable(ofHttp2), ofHttp1).toList();
    }

    private boolean isShared(String origin) {
        return sharedWith.contains("*")
                || sharedWith.contains(origin)
                || CORSFilter.isOriginAllowedByRegex(sharedWithAlike, origin);
    }

    private static String is(String header, String value) {
        return header + " is " + FieldError.quoted(FieldError.shown(value)) + ", which is foreign";
    }

    private static void refuse(RoutingContext context, String detail) {
        String path = context.request().path();
        Response answer = ErrorForm.of(path)
                .answer(
                        ProblemType.CROSS_SITE,
                        detail,
                        List.of(),
                        path,
                        context.request().getHeader(RequestIdFilter.HEADER));
        context.response()
                .setStatusCode(answer.getStatus())
                .putHeader(HttpHeaders.CONTENT_TYPE, answer.getMediaType().toString())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(Buffer.buffer((byte[]) answer.getEntity()));
    }
}
