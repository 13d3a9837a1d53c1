package io.stepwise.api.openai;

import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.RequestIdFilter;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.serving.ModelDirectory;
import io.stepwise.serving.request.UnknownModelException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestPath;

/** {@code GET /v1/models}: the models for clients of OpenAI's API. */
@Path("/v1/models")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "OpenAI")
public final class OpenAiModelsResource {
    private static final Logger LOG = Logger.getLogger(OpenAiModelsResource.class);

    private final ModelDirectory directory;

    /** @param directory knows what models there are */
    @Inject
    public OpenAiModelsResource(ModelDirectory directory) {
        this.directory = directory;
    }

    /** All models; one that is damaged, or just being deleted, is left out. */
    @GET
    @Operation(operationId = "openAiListModels", summary = "Lists the models as OpenAI's API does.")
    @Parameter(ref = RequestIdFilter.HEADER)
    @APIResponse(
            responseCode = "200",
            description = "All models.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(implementation = OpenAiModels.class)))
    public byte[] list() throws IOException {
        List<OpenAiModel> models = new ArrayList<>();
        for (String name : directory.names()) {
            try {
                models.add(OpenAiModel.of(directory.card(name, null)));
            } catch (InvalidModelException | UnknownModelException e) {
                LOG.warnf("model %s is not listed: %s", name, e.getMessage());
            }
        }
        return JsonBody.write(OpenAiModels.of(models));
    }

    /** One of them. */
    @GET
    @Path("/{model}")
    @Operation(operationId = "openAiGetModel", summary = "Describes a model as OpenAI's API does.")
    @Parameter(ref = RequestIdFilter.HEADER)
    @APIResponse(
            responseCode = "200",
            description = "The model.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(implementation = OpenAiModel.class)))
    public byte[] get(@RestPath String model) throws IOException {
        return JsonBody.write(OpenAiModel.of(directory.card(model, null)));
    }
}
