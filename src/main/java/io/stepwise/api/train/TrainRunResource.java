package io.stepwise.api.train;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.Negotiation;
import io.stepwise.api.http.QueryFields;
import io.stepwise.api.http.TextTail;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.training.run.RunFolder;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestMulti;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /train/{id}/…}: what a training job leaves behind while it runs. */
@Path("/train")
@Singleton
@Tag(name = "Train")
public final class TrainRunResource {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final int LOOKS_PER_HEARTBEAT = 30;
    private static final List<String> METRICS =
            List.of("application/json", TrainMetrics.CSV, TrainMetrics.PNG, TrainMetrics.SVG);

    private final TrainingJobs jobs;
    private final Sse sse;

    @Inject
    public TrainRunResource(TrainingJobs jobs, @Context Sse sse) {
        this.jobs = jobs;
        this.sse = sse;
    }

    /** What happens to a job, as it happens; ends with the job. */
    @GET
    @Path("{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            operationId = "followTrainingJob",
            summary = "Follows a training job.",
            description =
                    "Server-sent events: metrics (a row of measurements, without an id), and with an id each event"
                            + " of the job under its own name: queued, waiting, started, resumed, warning, sample, checkpoint, published,"
                            + " pause_asked, resume_asked, cancel_asked, paused, crashed, blocked, finished, cancelled, failed."
                            + " The stream ends when the job is over; who asks again after its last event is answered with 204.")
    @Parameter(
            name = "Last-Event-ID",
            in = ParameterIn.HEADER,
            description = "The last event the client has seen; the stream goes on after it.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "0"))
    @APIResponse(
            responseCode = "200",
            description = "The events.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "204", description = "The job is over and its last event is known.")
    @APIResponse(responseCode = "400", ref = "BadRequest")
    public RestMulti<OutboundSseEvent> events(@RestPath String id, @Context HttpHeaders headers) throws IOException {
        RunFolder run = jobs.run(id);
        long after = lastEventId(headers);
        long newest = run.eventLog().last().map(last -> last.id()).orElse(0L);
        boolean over = run.eventLog()
                .last()
                .filter(last -> last.status().state().isLast())
                .isPresent();
        if (over && after >= newest) {
            throw new WebApplicationException(Response.noContent().build());
        }
        return RestMulti.fromMultiData(follow(new JobFollower(run, after, stepBefore(run, after))))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    /** Who comes back knows the measurements up to the last event it has seen. */
    private static int stepBefore(RunFolder run, long event) throws IOException {
        return run.events(0).stream()
                .filter(each -> each.id() == event)
                .map(each -> each.step())
                .findFirst()
                .orElse(0);
    }

    private static long lastEventId(HttpHeaders headers) {
        String id = headers.getHeaderString("Last-Event-ID");
        if (id == null || id.isEmpty()) {
            return 0;
        }
        if (!id.matches("[0-9]{1,18}")) {
            throw new ProblemException(
                    ProblemType.BAD_REQUEST, "Last-Event-ID is \"" + id + "\", must be the id of an event.");
        }
        return Long.parseLong(id);
    }

    private Multi<OutboundSseEvent> follow(JobFollower follower) {
        int[] silent = {0};
        return Multi.createBy()
                .repeating()
                .uni(() -> Uni.createFrom()
                        .item(() -> look(follower))
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()))
                .withDelay(LOOK_EVERY)
                .whilst(news -> !follower.isOver())
                .onItem()
                .transformToMultiAndConcatenate(news -> {
                    silent[0] = news.isEmpty() ? silent[0] + 1 : 0;
                    return silent[0] > 0 && silent[0] % LOOKS_PER_HEARTBEAT == 0
                            ? Multi.createFrom()
                                    .item(sse.newEventBuilder()
                                            .comment("still there")
                                            .build())
                            : Multi.createFrom().iterable(news).map(this::event);
                });
    }

    private static List<JobFollower.Message> look(JobFollower follower) {
        try {
            return follower.news();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OutboundSseEvent event(JobFollower.Message message) {
        OutboundSseEvent.Builder event =
                sse.newEventBuilder().name(message.name()).data(message.json());
        Long id = message.id();
        return (id == null ? event : event.id(Long.toString(id))).build();
    }

    /** What was measured. */
    @GET
    @Path("{id}/metrics")
    @Operation(
            operationId = "getTrainingMetrics",
            summary = "What was measured in training.",
            description = "As JSON, as CSV, or as plots of the loss, the loss by timestep, the rate and the quality of"
                    + " samples, by Accept.")
    @APIResponse(
            responseCode = "200",
            description = "A row for every twenty optimizer steps.",
            headers = @Header(ref = "X-Request-Id"),
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = TrainMetrics.Form.class)),
                @Content(mediaType = TrainMetrics.CSV, schema = @Schema(type = SchemaType.STRING)),
                @Content(
                        mediaType = TrainMetrics.PNG,
                        schema = @Schema(type = SchemaType.STRING, contentMediaType = TrainMetrics.PNG)),
                @Content(mediaType = TrainMetrics.SVG, schema = @Schema(type = SchemaType.STRING))
            })
    @APIResponse(responseCode = "422", ref = "InvalidField")
    public Response metrics(
            @RestPath String id,
            @RestQuery
                    @Parameter(
                            description = "Only rows of later steps.",
                            schema = @Schema(type = SchemaType.INTEGER, minimum = "0", defaultValue = "0"))
                    @Nullable
                    String after,
            @Context HttpHeaders headers)
            throws IOException {
        QueryFields query = new QueryFields();
        int step = query.integer("after", after, 0, 999_999_999, 0);
        query.finish();
        String type = Negotiation.choose(headers, METRICS);
        RunFolder run = jobs.run(id);
        TrainMetrics metrics = new TrainMetrics(run.metrics(step), run.events(0));
        byte[] body =
                switch (type) {
                    case TrainMetrics.CSV -> metrics.csv();
                    case TrainMetrics.PNG -> metrics.png();
                    case TrainMetrics.SVG -> metrics.svg();
                    default -> metrics.json();
                };
        return Response.ok(body, type)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .build();
    }

    /** The steps that have a sample grid. */
    @GET
    @Path("{id}/samples")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "listTrainingSamples", summary = "Lists the sample grids of a training job.")
    @APIResponse(
            responseCode = "200",
            description = "The grids, in the order of their steps.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(implementation = TrainSamples.class)))
    public byte[] samples(@RestPath String id) throws IOException {
        return JsonBody.write(TrainSamples.of(jobs.run(id)));
    }

    /** A sample grid. */
    @GET
    @Path("{id}/samples/{step}")
    @Produces("image/png")
    @Operation(
            operationId = "getTrainingSample",
            summary = "A grid of samples from the EMA weights at a step; always from the same noise.")
    @APIResponse(
            responseCode = "200",
            description = "The grid.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(type = SchemaType.STRING, contentMediaType = "image/png")))
    public byte[] sample(
            @RestPath String id,
            @RestPath @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1")) String step)
            throws IOException {
        RunFolder run = jobs.run(id);
        if (!step.matches("[0-9]{1,9}") || !run.samples().contains(Integer.valueOf(step))) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND, "step is " + step + ", must be one of " + run.samples() + ".");
        }
        return Files.readAllBytes(run.sampleFile(Integer.parseInt(step)));
    }

    @GET
    @Path("{id}/checkpoints")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "listTrainingCheckpoints",
            summary = "Lists the checkpoints of a training job, and what became of them.")
    @APIResponse(
            responseCode = "200",
            description = "Those made so far, in the order of their steps; old ones are removed from the disk.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(implementation = TrainCheckpoints.class)))
    public byte[] checkpoints(@RestPath String id) throws IOException {
        return JsonBody.write(TrainCheckpoints.of(jobs.run(id)));
    }

    @GET
    @Path("{id}/log")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(operationId = "getTrainingLog", summary = "The end of what the processes of a training job printed.")
    @APIResponse(
            responseCode = "200",
            description = "The lines; none before the first process.",
            headers = @Header(ref = "X-Request-Id"),
            content = @Content(schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "422", ref = "InvalidField")
    public String log(
            @RestPath String id,
            @RestQuery
                    @Parameter(
                            description = "How many lines at most.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "10000",
                                            defaultValue = "500"))
                    @Nullable
                    String lines)
            throws IOException {
        QueryFields query = new QueryFields();
        int most = query.integer("lines", lines, 1, 10_000, 500);
        query.finish();
        try {
            return TextTail.of(jobs.run(id).logFile(), most);
        } catch (NoSuchFileException nothingYet) {
            return "";
        }
    }
}
