package io.stepwise.api.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.QueryFields;
import io.stepwise.api.http.WithJson;
import io.stepwise.jobs.EndedJobs;
import io.stepwise.jobs.JobCheck;
import io.stepwise.jobs.TrainingJob;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.MessageSchema;
import io.stepwise.training.run.NewRun;
import io.stepwise.training.run.RunState;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /train}: creates, lists and controls training jobs. */
@Path("/train")
@Singleton
@RolesAllowed("train")
public final class TrainResource {
    private static final MessageSchema RESUMPTION = MessageSchema.of("Resumption");
    private static final int MOST_PER_PAGE = 200;
    private static final Map<String, RunState> STATES = Arrays.stream(RunState.values())
            .collect(Collectors.toMap(RunState::wireName, Function.identity(), (a, b) -> a, LinkedHashMap::new));

    private final TrainingJobs jobs;
    private final EndedJobs ended;
    private final JobCheck check;

    /**
     * @param jobs runs the jobs
     * @param ended deletes them
     * @param check checks whether a specification can be run
     */
    @Inject
    public TrainResource(TrainingJobs jobs, EndedJobs ended, JobCheck check) {
        this.jobs = jobs;
        this.ended = ended;
        this.check = check;
    }

    /** Checks the whole specification before it creates the job. */
    @POST
    @WithJson
    public Response train(JsonObject body, @Context HttpHeaders headers, @Context SecurityContext client)
            throws IOException {
        String key = IdempotencyKey.hash(headers, "/train");
        boolean mayServe = client.isUserInRole("admin");
        NewRun.Request request = key == null ? null : new NewRun.Request(key, IdempotencyKey.contentOf(body.fields()));
        Optional<TrainingJob> known = request == null ? Optional.empty() : jobs.submitted(request);
        if (known.isPresent()) { // not checked again: the job itself may be using what it needs
            return accepted(known.get(), true);
        }
        JobCheck.Checked checked = check.check(body.fields(), mayServe);
        TrainingJobs.Submission made = jobs.submit(request, checked.spec(), checked.warnings());
        return accepted(made.job(), made.isReplay());
    }

    private static Response accepted(TrainingJob job, boolean isReplay) {
        Response answer = Response.accepted(json(job))
                .header(HttpHeaders.LOCATION, "/train/" + job.id())
                .type(MediaType.APPLICATION_JSON)
                .build();
        return IdempotencyKey.mark(answer, isReplay);
    }

    /** The newest jobs. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public byte[] list(@Context UriInfo uri, @RestQuery @Nullable String before) throws IOException {
        QueryFields query = new QueryFields(uri);
        RunState only = query.value("state", "one of " + String.join(", ", STATES.keySet()), STATES::get)
                .orElse(null);
        int most = query.integer("limit", 1, MOST_PER_PAGE, 20);
        query.finish();
        List<TrainingJob> found = new ArrayList<>(jobs.list(only, before, most + 1));
        String next = null;
        if (found.size() > most) {
            found.remove(most);
            next = "/train?limit=" + most + "&before=" + found.get(most - 1).id()
                    + (only == null ? "" : "&state=" + only.wireName());
        }
        return JsonBody.write(
                new TrainList(found.stream().map(TrainResponse::of).toList(), next));
    }

    /** One job. */
    @GET
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    public byte[] get(@RestPath String id) throws IOException {
        return json(jobs.job(id));
    }

    /** Stops a job at a checkpoint. */
    @POST
    @Path("{id}/pause")
    @Produces(MediaType.APPLICATION_JSON)
    public byte[] pause(@RestPath String id) throws IOException {
        return json(jobs.pause(id));
    }

    /** Resumes a job from its newest checkpoint, perhaps up to another number of steps. */
    @POST
    @WithJson
    @Path("{id}/resume")
    @Produces(MediaType.APPLICATION_JSON)
    public byte[] resume(@RestPath String id, JsonObject body) throws IOException {
        CheckedMessage request = RESUMPTION.check(body.fields());
        request.orThrow();
        JsonNode steps = request.fields().path("steps");
        return json(jobs.resume(id, steps.isInt() ? steps.intValue() : null));
    }

    /** Cancels a job. */
    @POST
    @Path("{id}/cancel")
    @Produces(MediaType.APPLICATION_JSON)
    public byte[] cancel(@RestPath String id) throws IOException {
        return json(jobs.cancel(id));
    }

    /** Deletes a job that is over. */
    @DELETE
    @Path("{id}")
    public void delete(@RestPath String id, @Context UriInfo uri) throws IOException {
        new QueryFields(uri).finishStrictly();
        ended.delete(id);
    }

    private static byte[] json(TrainingJob job) {
        return JsonBody.write(TrainResponse.of(job));
    }
}
