package io.stepwise.api;

import io.stepwise.api.generate.GenerateEventsResource;
import io.stepwise.api.generate.GenerateForm;
import io.stepwise.api.http.Negotiation;
import io.stepwise.api.openai.OpenAiImagesResource;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Map;

/**
 * Sends {@code POST /generate} to {@link GenerateEventsResource} if the client prefers a stream of events. Also checks
 * {@code Accept} for the answers that are sent piece by piece, which Quarkus REST cannot do.
 */
@Provider
@PreMatching
public final class GenerateEventsFilter implements ContainerRequestFilter {
    private static final String GENERATE = "/generate";

    /** The media types of each path, in order of preference. A client that accepts anything gets no stream. */
    private static final Map<String, List<String>> OFFERED = Map.of(
            GENERATE,
            List.of(
                    "image/png",
                    "image/jpeg",
                    MediaType.APPLICATION_JSON,
                    GenerateForm.ZIP,
                    MediaType.SERVER_SENT_EVENTS),
            GenerateEventsResource.PATH,
            List.of(MediaType.SERVER_SENT_EVENTS),
            OpenAiImagesResource.PATH,
            List.of(MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS));

    @Override
    public void filter(ContainerRequestContext request) {
        List<String> accept = request.getHeaders().get(HttpHeaders.ACCEPT);
        String path = path(request);
        List<String> offered = OFFERED.get(path);
        if (accept == null || offered == null || !request.getMethod().equals(HttpMethod.POST)) {
            return;
        }
        String chosen = Negotiation.choose(accept, offered).orElse(null);
        if (path.equals(GENERATE)) {
            if (MediaType.SERVER_SENT_EVENTS.equals(chosen)) {
                request.setRequestUri(request.getUriInfo()
                        .getRequestUriBuilder()
                        .replacePath(GenerateEventsResource.PATH)
                        .build());
                request.getHeaders().remove(HttpHeaders.ACCEPT);
            }
        } else if (chosen == null) {
            throw new ProblemException(
                    ProblemType.NOT_ACCEPTABLE,
                    "Accept is \"" + String.join(", ", accept) + "\", must cover one of " + String.join(", ", offered)
                            + ".");
        } else {
            request.getHeaders().remove(HttpHeaders.ACCEPT);
        }
    }

    private static String path(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        String absolute = path.startsWith("/") ? path : "/" + path;
        return absolute.endsWith("/") ? absolute.substring(0, absolute.length() - 1) : absolute;
    }
}
