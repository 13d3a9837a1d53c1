package io.stepwise.api.http;

import io.stepwise.api.access.Sha256;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sets the caching headers of every answer. A client may keep an answer to a read but must revalidate it by its {@code
 * ETag}. It must not keep any other answer. A client that already has the current content gets 304.
 *
 * <p>A {@code Cache-Control} or an {@code ETag} that the answer already has is kept.
 */
@Provider
public final class CachingFilter implements ContainerResponseFilter {
    private static final Set<String> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final int OK = Response.Status.OK.getStatusCode();
    private static final int NOT_MODIFIED = Response.Status.NOT_MODIFIED.getStatusCode();

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        boolean read = READING.contains(request.getMethod());
        if (read && response.getStatus() == OK) {
            measure(request, response);
            tag(request, response);
        }
        boolean known = read && (response.getStatus() == OK || response.getStatus() == NOT_MODIFIED);
        boolean tagged = response.getHeaders().containsKey(HttpHeaders.ETAG);
        if (!response.getHeaders().containsKey(HttpHeaders.CACHE_CONTROL)) {
            response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, known && tagged ? "no-cache" : "no-store");
        }
    }

    /** Sets the length of the body, which is not sent in an answer to HEAD. */
    private static void measure(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getMethod().equals(HttpMethod.HEAD) && response.getEntity() instanceof byte[] body) {
            response.getHeaders().putSingle(HttpHeaders.CONTENT_LENGTH, body.length);
        }
    }

    private static void tag(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getHeaders().containsKey(HttpHeaders.ETAG) || !(response.getEntity() instanceof byte[] body)) {
            return;
        }
        EntityTag tag = tag(body);
        response.getHeaders().putSingle(HttpHeaders.ETAG, "\"" + tag.getValue() + "\"");
        String known = request.getHeaderString(HttpHeaders.IF_NONE_MATCH);
        if (known != null && names(known, tag)) {
            response.setStatus(NOT_MODIFIED);
            response.setEntity(null);
            response.getHeaders().remove(HttpHeaders.CONTENT_TYPE);
            response.getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
        }
    }

    /** The answer 304 if the client already has the content that {@code tag} names; null if the answer must be made. */
    public static Response.@Nullable ResponseBuilder unchanged(HttpHeaders headers, EntityTag tag) {
        return names(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH), tag)
                ? Response.notModified().tag(tag)
                : null;
    }

    /** The tag of an answer's bytes. */
    public static EntityTag tag(byte[] body) {
        return new EntityTag(Sha256.hex(body));
    }

    /**
     * Whether the client's header names {@code tag}, which is a strong one.
     *
     * @param header {@code If-Match} or {@code If-None-Match}; {@code *} matches every tag, and weak tags are compared
     *     weakly
     */
    public static boolean names(@Nullable String header, EntityTag tag) {
        return header != null
                && Arrays.stream(header.split(",", -1))
                        .map(String::strip)
                        .anyMatch(each ->
                                each.equals("*") || each.replaceFirst("^W/", "").equals("\"" + tag.getValue() + "\""));
    }
}
