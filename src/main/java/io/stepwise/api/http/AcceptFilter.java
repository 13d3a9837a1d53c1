package io.stepwise.api.http;

import io.stepwise.api.problem.Problem;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.Arrays;
import java.util.List;

/**
 * Ignores an {@code Accept} that names only the media type of errors. The Java client of OpenAPI Generator sends such a
 * header wherever errors are the only JSON answers, for example for a picture or an archive. No client wants an error
 * only.
 */
@Provider
@PreMatching
@Priority(Priorities.HEADER_DECORATOR)
public final class AcceptFilter implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
        List<String> accept = request.getHeaders().get(HttpHeaders.ACCEPT);
        if (accept != null && namesErrorsOnly(accept)) {
            request.getHeaders().remove(HttpHeaders.ACCEPT);
        }
    }

    static boolean namesErrorsOnly(List<String> accept) {
        return Arrays.stream(String.join(",", accept).split(",", -1))
                .allMatch(range -> range.split(";", 2)[0].strip().equalsIgnoreCase(Problem.MEDIA_TYPE));
    }
}
