package io.stepwise.api;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sends {@code POST /generate} to {@link GenerateEventsResource} where the client prefers a stream of events. */
@Provider
@PreMatching
public final class GenerateEventsFilter implements ContainerRequestFilter {
    /** In the order of preference: who takes anything gets no stream. */
    private static final List<String> OFFERED = List.of(
            "image/png", "image/jpeg", MediaType.APPLICATION_JSON, GenerateForm.ZIP, MediaType.SERVER_SENT_EVENTS);

    private static final Set<String> PATHS = Set.of("generate", "/generate", "generate/", "/generate/");

    @Override
    public void filter(ContainerRequestContext request) {
        List<String> accept = request.getHeaders().get(HttpHeaders.ACCEPT);
        if (accept == null
                || !request.getMethod().equals(HttpMethod.POST)
                || !PATHS.contains(request.getUriInfo().getPath())) {
            return;
        }
        Optional<String> chosen = Negotiation.choose(accept, OFFERED);
        if (chosen.isPresent() && chosen.get().equals(MediaType.SERVER_SENT_EVENTS)) {
            request.setRequestUri(request.getUriInfo()
                    .getRequestUriBuilder()
                    .replacePath(GenerateEventsResource.PATH)
                    .build());
            request.getHeaders().remove(HttpHeaders.ACCEPT);
        }
    }
}
