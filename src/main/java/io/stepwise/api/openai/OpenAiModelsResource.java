package io.stepwise.api.openai;

import io.stepwise.api.http.JsonBody;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.serving.ModelDirectory;
import io.stepwise.serving.request.UnknownModelException;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestPath;

/** {@code GET /v1/models}: the models for clients of OpenAI's API. */
@Path("/v1/models")
@Singleton
@RolesAllowed("generate")
@Produces(MediaType.APPLICATION_JSON)
public final class OpenAiModelsResource {
    private static final Logger LOG = Logger.getLogger(OpenAiModelsResource.class);

    private final ModelDirectory directory;

    /** @param directory knows the models */
    @Inject
    public OpenAiModelsResource(ModelDirectory directory) {
        this.directory = directory;
    }

    /** All models. Leaves out a model that is damaged or being deleted. */
    @GET
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

    /** One model. */
    @GET
    @Path("/{model}")
    public byte[] get(@RestPath String model) throws IOException {
        return JsonBody.write(OpenAiModel.of(directory.card(model, null)));
    }
}
