package io.stepwise.api;

import io.stepwise.api.access.AccessFilter;
import io.stepwise.api.http.CachingFilter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * What any operation of the published contract may answer because of what stands before it: {@link AccessFilter} asks for
 * keys and counts requests, {@link CachingFilter} knows what a client has already.
 */
final class SharedAnswers {
    private static final String KEY = "bearer";
    private static final String NOT_MODIFIED = "304";
    private static final String JSON = "application/json";

    /** What is followed or grows is not tagged. */
    private static final List<String> UNTAGGED = List.of("text/event-stream", "text/plain");

    private SharedAnswers() {}

    /** Adds them to all operations, and how keys are shown. */
    static void addTo(OpenAPI contract) {
        contract.getComponents()
                .addSecurityScheme(
                        KEY,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme(KEY)
                                .description("An API key; needed where keys are configured, which are of the roles"
                                        + " generate, train and admin."));
        contract.addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme(KEY));
        contract.addSecurityRequirement(OASFactory.createSecurityRequirement()); // or none
        contract.getPaths().getPathItems().forEach((path, item) -> item.getOperations()
                .forEach((method, operation) -> addTo(path, method, operation)));
    }

    private static void addTo(String path, PathItem.HttpMethod method, Operation operation) {
        APIResponses responses = operation.getResponses();
        if (ErrorForm.of(path) == ErrorForm.PROBLEM) {
            add(responses, "401", "Unauthorized");
            add(responses, "403", "Forbidden");
            add(responses, "429", "RateLimited");
        }
        APIResponse answer = responses.getAPIResponse("200");
        if (answer != null && answer.getContent() != null) {
            putJsonFirst(answer.getContent());
        }
        if (method == PathItem.HttpMethod.GET && answer != null && isTagged(answer.getContent())) {
            add(responses, NOT_MODIFIED, "NotModified");
            addTag(answer);
        }
    }

    /** Clients that are generated understand the first form only. */
    private static void putJsonFirst(Content content) {
        Map<String, MediaType> forms = new LinkedHashMap<>(content.getMediaTypes());
        if (forms.containsKey(JSON)) {
            forms.keySet().forEach(content::removeMediaType);
            content.addMediaType(JSON, forms.remove(JSON));
            forms.forEach(content::addMediaType);
        }
    }

    private static boolean isTagged(Content content) {
        return content != null && UNTAGGED.stream().noneMatch(content::hasMediaType);
    }

    private static void addTag(APIResponse answer) {
        if (answer.getHeaders() == null || !answer.getHeaders().containsKey("ETag")) {
            Header tag = OASFactory.createHeader().ref("Content-ETag");
            answer.addHeader("ETag", tag);
        }
    }

    private static void add(APIResponses responses, String status, String name) {
        if (!responses.hasAPIResponse(status)) {
            responses.addAPIResponse(status, OASFactory.createAPIResponse().ref(name));
        }
    }
}
