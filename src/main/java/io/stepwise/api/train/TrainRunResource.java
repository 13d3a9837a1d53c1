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
import io.stepwise.api.problem.PublicText;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.repository.ModelRepository;
import io.stepwise.training.run.RunFolder;
import io.vertx.core.http.HttpServerResponse;
import jakarta.annotation.security.RolesAllowed;
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
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;

/** {@code /train/{id}/…}: the results of a training job while it runs and afterwards. */
@Path("/train")
@Singleton
@RolesAllowed("train")
public final class TrainRunResource {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final int LOOKS_PER_HEARTBEAT = 30;
    private static final List<String> METRICS =
            List.of("application/json", TrainMetrics.CSV, TrainMetrics.PNG, TrainMetrics.SVG);

    private final TrainingJobs jobs;
    private final ModelRepository models;
    private final Sse sse;

    @Inject
    public TrainRunResource(TrainingJobs jobs, ModelRepository models, @Context Sse sse) {
        this.jobs = jobs;
        this.models = models;
        this.sse = sse;
    }

    /** The events of a job as they happen. The stream ends with the job. */
    @GET
    @Path("{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> events(
            @RestPath String id, @Context HttpHeaders headers, @Context HttpServerResponse response)
            throws IOException {
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
        Multi<OutboundSseEvent> events = follow(new JobFollower(run, after, stepBefore(run, after)));
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store").putHeader("X-Accel-Buffering", "no");
        return events;
    }

    /** A client that reconnects already has the measurements up to the last event that it received. */
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
                sse.newEventBuilder().name(message.name()).data(PublicText.of(message.json()));
        Long id = message.id();
        return (id == null ? event : event.id(Long.toString(id))).build();
    }

    /** The measurements of the run. */
    @GET
    @Path("{id}/metrics")
    public Response metrics(@RestPath String id, @Context UriInfo uri, @Context HttpHeaders headers)
            throws IOException {
        QueryFields query = new QueryFields(uri);
        int step = query.integer("after", 0, 999_999_999, 0);
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
    public byte[] samples(@RestPath String id) throws IOException {
        return JsonBody.write(TrainSamples.of(jobs.run(id)));
    }

    /** A sample grid. */
    @GET
    @Path("{id}/samples/{step}")
    @Produces("image/png")
    public byte[] sample(@RestPath String id, @RestPath String step) throws IOException {
        RunFolder run = jobs.run(id);
        if (!step.matches("[0-9]{1,9}") || !run.samples().contains(Integer.valueOf(step))) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND, "step is " + step + ", must be one of " + run.samples() + ".");
        }
        return Files.readAllBytes(run.sampleFile(Integer.parseInt(step)));
    }

    /** The checkpoints of the run, and the versions that they became, whoever published them. */
    @GET
    @Path("{id}/checkpoints")
    @Produces(MediaType.APPLICATION_JSON)
    public byte[] checkpoints(@RestPath String id) throws IOException {
        RunFolder run = jobs.run(id);
        return JsonBody.write(
                TrainCheckpoints.of(run, models.versions(run.spec().model())));
    }

    @GET
    @Path("{id}/log")
    @Produces(MediaType.TEXT_PLAIN)
    public String log(@RestPath String id, @Context UriInfo uri) throws IOException {
        QueryFields query = new QueryFields(uri);
        int most = query.integer("lines", 1, 10_000, 500);
        query.finish();
        try {
            return PublicText.of(TextTail.of(jobs.run(id).logFile(), most));
        } catch (NoSuchFileException nothingYet) {
            return "";
        }
    }
}
