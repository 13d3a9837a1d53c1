package io.stepwise.api.http;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Refuses bodies in a form that would be taken for something else: compressed ones, and the binary tensors of Triton's
 * clients, which follow the JSON.
 */
@Provider
@PreMatching
public final class BodyFormFilter implements ContainerRequestFilter {
    /** The length of the JSON in a body of the binary tensor data extension of the Open Inference Protocol. */
    private static final String BINARY = "Inference-Header-Content-Length";

    private static final String IDENTITY = "identity";

    @Override
    public void filter(ContainerRequestContext request) {
        List<String> encodings = request.getHeaders().getOrDefault(HttpHeaders.CONTENT_ENCODING, List.of());
        String encoding = String.join(", ", encodings);
        if (!Arrays.stream(encoding.split(",", -1)).map(String::strip).allMatch(BodyFormFilter::isIdentity)) {
            String detail = "Content-Encoding is \"" + encoding + "\", must be left out: a body is read as it is.";
            throw new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail)
                    .with(Map.of(HttpHeaders.ACCEPT_ENCODING, IDENTITY));
        }
        if (request.getHeaderString(BINARY) != null) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    BINARY + " says that binary tensors follow the JSON; tensors must be JSON. In Triton's client, set"
                            + " binary_data=False in set_data_from_numpy and in InferRequestedOutput.");
        }
    }

    private static boolean isIdentity(String encoding) {
        return encoding.isEmpty() || encoding.equalsIgnoreCase(IDENTITY);
    }
}
