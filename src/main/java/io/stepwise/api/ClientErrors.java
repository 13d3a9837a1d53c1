package io.stepwise.api;

import io.stepwise.api.http.RequestIdFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/** The errors of the operations under {@code /v1} and {@code /v2} in the published contract. */
final class ClientErrors {
    /** What any operation may answer, and what only those that make images. */
    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "400",
                    "BadRequest",
                    "The body is malformed, or has fields that do not exist, are of the wrong type, out of range, or ask"
                            + " for what can't be done, and the message names them all; or the Idempotency-Key can't be used, or"
                            + " came with another body before.",
                    true,
                    false),
            new Kind("401", "Unauthorized", "A key is needed, or is not known.", false, false),
            new Kind("403", "Forbidden", "The key may not be used for this.", false, false),
            new Kind("404", "NotFound", "The model or the version does not exist.", false, false),
            new Kind("413", "BodyTooLarge", "The body is larger than 16 MiB.", true, false),
            new Kind("406", "NotAcceptable", "The answer is JSON, which the client doesn't accept.", false, false),
            new Kind("415", "UnsupportedMediaType", "The body is not application/json.", true, false),
            new Kind("429", "TooMany", "Too many requests, or too much is waiting already.", false, true),
            new Kind("500", "InternalError", "The service failed; its log has the request's id.", false, false),
            new Kind("503", "NotReady", "There is no model, not yet, or not any more.", false, true));

    private static final Set<String> PROBES = Set.of("/v2/health/live", "/v2/health/ready");

    /**
     * A kind of error.
     *
     * @param posted whether only what has a body gets it
     * @param retryAfter whether the answer says when to ask again
     */
    private record Kind(String status, String name, String description, boolean posted, boolean retryAfter) {
        APIResponse response(String schema) {
            Content content = OASFactory.createContent()
                    .addMediaType(
                            "application/json",
                            OASFactory.createMediaType()
                                    .schema(OASFactory.createSchema().ref(schema)));
            APIResponse response = OASFactory.createAPIResponse()
                    .description(description)
                    .addHeader(RequestIdFilter.HEADER, OASFactory.createHeader().ref(RequestIdFilter.HEADER))
                    .content(content);
            return retryAfter
                    ? response.addHeader(
                            "Retry-After", OASFactory.createHeader().ref("Retry-After"))
                    : response;
        }
    }

    private ClientErrors() {}

    /** Adds both forms of all of them to {@code components}. */
    static void addTo(Components components) {
        for (Kind kind : KINDS) {
            components.addResponse("OpenAi" + kind.name, kind.response("OpenAiError"));
            components.addResponse("Inference" + kind.name, kind.response("InferenceError"));
        }
    }

    /** Adds those of an operation; none to one that is not under these paths. */
    static void addTo(String path, PathItem.HttpMethod method, APIResponses responses) {
        String form = path.startsWith("/v1/") ? "OpenAi" : "Inference";
        if (!path.startsWith("/v1/") && !path.equals("/v2") && !path.startsWith("/v2/")) {
            return;
        }
        boolean post = method == PathItem.HttpMethod.POST;
        List<Kind> all = new ArrayList<>(KINDS);
        all.removeIf(kind -> kind.posted && !post || responses.hasAPIResponse(kind.status));
        all.removeIf(kind -> PROBES.contains(path) && !kind.status.equals("406"));
        all.forEach(kind -> responses.addAPIResponse(
                kind.status, OASFactory.createAPIResponse().ref(form + kind.name)));
    }
}
