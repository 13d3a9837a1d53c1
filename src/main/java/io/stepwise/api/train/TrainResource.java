package io.stepwise.api.train;

import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.QueryFields;
import io.stepwise.jobs.JobCheck;
import io.stepwise.jobs.TrainingJob;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.training.run.NewRun;
import io.stepwise.training.run.RunState;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /train}: training jobs, made, listed and led. */
@Path("/train")
@Singleton
@Tag(name = "Train", description = "Training jobs: each is a process of its own that publishes versions of a model.")
public final class TrainResource {
    private static final int MOST_PER_PAGE = 200;

    private final TrainingJobs jobs;
    private final JobCheck check;

    /**
     * @param jobs does the work
     * @param check says whether a specification can be fulfilled
     */
    @Inject
    public TrainResource(TrainingJobs jobs, JobCheck check) {
        this.jobs = jobs;
        this.check = check;
    }

    /** Checks everything that can be wrong before the job exists. */
    @POST
    @Operation(
            operationId = "train",
            summary = "Starts a training job.",
            description = "The whole specification is checked before the answer: every field, the data set, the memory"
                    + " that is needed. The job waits for its turn: by default one runs at a time per device. It goes"
                    + " on by itself after a crash of its process or of the service.")
    @Parameter(ref = IdempotencyKey.HEADER)
    @RequestBody(
            description = "An empty body is the same as {}: the built-in faces.",
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TrainRequest.class),
                            examples = {
                                @ExampleObject(
                                        name = "a first try",
                                        value = "{\"dataset\": \"faces\", \"model\": \"try\", \"steps\": 200,"
                                                + " \"unet\": \"tiny\"}"),
                                @ExampleObject(
                                        name = "better every time",
                                        value = "{\"dataset\": \"flowers\", \"steps\": 50000, \"publish\": \"best\"}")
                            }))
    @APIResponse(
            responseCode = "202",
            description = "The job, which waits for its turn.",
            headers = {@Header(ref = "X-Request-Id"), @Header(ref = "Location")},
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TrainResponse.class)))
    @APIResponse(responseCode = "400", ref = "MalformedJson")
    @APIResponse(responseCode = "413", ref = "BodyTooLarge")
    @APIResponse(responseCode = "415", ref = "UnsupportedMediaType")
    @APIResponse(responseCode = "422", ref = "InvalidField")
    public Response train(JsonObject body, @Context HttpHeaders headers) throws IOException {
        String key = IdempotencyKey.hash(headers, "/train");
        return key == null
                ? accepted(submit(body), false)
                : train(new NewRun.Request(key, IdempotencyKey.contentOf(body.fields())), body);
    }

    private TrainingJob submit(JsonObject body) throws IOException {
        TrainingSpec spec = TrainingSpecJson.read(body.fields());
        return jobs.submit(spec, check.check(spec));
    }

    /** A job that is there isn't checked again: what it needs may be in use by itself. */
    private Response train(NewRun.Request request, JsonObject body) throws IOException {
        Optional<TrainingJob> known = jobs.submitted(request);
        if (known.isPresent()) {
            return accepted(known.get(), true);
        }
        TrainingSpec spec = TrainingSpecJson.read(body.fields());
        TrainingJobs.Submission made = jobs.submitOnce(request, spec, check.check(spec));
        return accepted(made.job(), made.isReplay());
    }

    private static Response accepted(TrainingJob job, boolean isReplay) {
        Response answer = Response.accepted(json(job))
                .location(URI.create("/train/" + job.id()))
                .type(MediaType.APPLICATION_JSON)
                .build();
        return IdempotencyKey.mark(answer, isReplay);
    }

    /** The newest jobs. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "listTrainingJobs", summary = "Lists training jobs, newest first.")
    @APIResponse(
            responseCode = "200",
            description = "A page of jobs.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(implementation = TrainList.class)))
    @APIResponse(responseCode = "422", ref = "InvalidField")
    public byte[] list(
            @RestQuery
                    @Parameter(
                            description = "Only jobs in this state.",
                            schema =
                                    @Schema(
                                            enumeration = {
                                                "queued",
                                                "running",
                                                "paused",
                                                "succeeded",
                                                "failed",
                                                "cancelled"
                                            }))
                    @Nullable
                    String state,
            @RestQuery
                    @Parameter(
                            description = "How many at most.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "200",
                                            defaultValue = "20"))
                    @Nullable
                    String limit,
            @RestQuery @Parameter(description = "Only jobs older than the one of this id.") @Nullable String before)
            throws IOException {
        QueryFields query = new QueryFields();
        RunState only = query.oneOf("state", state, Arrays.asList(RunState.values()), RunState::wireName);
        int most = query.integer("limit", limit, 1, MOST_PER_PAGE, 20);
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
    @Operation(operationId = "getTrainingJob", summary = "Tells how a training job stands.")
    @APIResponse(
            responseCode = "200",
            description = "The job.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(implementation = TrainResponse.class)))
    public byte[] get(@RestPath String id) throws IOException {
        return json(jobs.job(id));
    }

    /** Stops a job at a checkpoint. */
    @POST
    @Path("{id}/pause")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "pauseTrainingJob",
            summary = "Pauses a training job.",
            description = "A job that runs makes a checkpoint first, which takes it some seconds; until then its field"
                    + " wanted says paused.")
    @APIResponse(
            responseCode = "200",
            description = "The job.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(implementation = TrainResponse.class)))
    @APIResponse(responseCode = "409", ref = "WrongState")
    public byte[] pause(@RestPath String id) throws IOException {
        return json(jobs.pause(id));
    }

    /** Lets a job go on from its newest checkpoint. */
    @POST
    @Path("{id}/resume")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "resumeTrainingJob",
            summary = "Resumes a training job that is paused or has failed.",
            description = "It waits for its turn and goes on from its newest checkpoint.")
    @APIResponse(
            responseCode = "200",
            description = "The job.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(implementation = TrainResponse.class)))
    @APIResponse(responseCode = "409", ref = "WrongState")
    public byte[] resume(@RestPath String id) throws IOException {
        return json(jobs.resume(id));
    }

    /** Gives a job up. */
    @POST
    @Path("{id}/cancel")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "cancelTrainingJob",
            summary = "Gives a training job up for good.",
            description = "What it has made so far stays: checkpoints, metrics, samples, versions.")
    @APIResponse(
            responseCode = "200",
            description = "The job.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(implementation = TrainResponse.class)))
    @APIResponse(responseCode = "409", ref = "WrongState")
    public byte[] cancel(@RestPath String id) throws IOException {
        return json(jobs.cancel(id));
    }

    private static byte[] json(TrainingJob job) {
        return JsonBody.write(TrainResponse.of(job));
    }
}
