package io.stepwise.api.train;

import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.WithJson;
import io.stepwise.jobs.JobCheck;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;

/** {@code /train-estimates}: what training jobs would take. It is beside {@code /train}, where all other names are those of jobs. */
@Path("/train-estimates")
@Singleton
@RolesAllowed("train")
public final class TrainEstimateResource {
    private final JobCheck check;

    /** @param check checks whether a specification can be run */
    @Inject
    public TrainEstimateResource(JobCheck check) {
        this.check = check;
    }

    /** Checks a specification and creates nothing. */
    @POST
    @WithJson
    @Produces(MediaType.APPLICATION_JSON)
    public byte[] estimate(JsonObject body, @Context SecurityContext client) throws IOException {
        return JsonBody.write(TrainEstimate.of(check.estimate(body.fields(), client.isUserInRole("admin"))));
    }
}
