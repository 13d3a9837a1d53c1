package io.stepwise.api.engines;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.stepwise.api.http.JsonBody;
import io.stepwise.serving.request.EngineWatch;
import io.vertx.core.http.HttpServerResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /engines}: which requests ride in which step. The engines are not asked: they leave notes while somebody watches, which
 * are read here from time to time on worker threads.
 */
@Path("/engines")
@Singleton
@RolesAllowed("admin")
public final class EnginesResource {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final int LOOKS_PER_QUEUE = 5;
    private static final int MOST_REQUESTS = 100;

    private final EngineWatch watch;
    private final Sse sse;

    @Inject
    public EnginesResource(EngineWatch watch, @Context Sse sse) {
        this.watch = watch;
        this.sse = sse;
    }

    /** Follows the engines until the client goes. */
    @GET
    @Path("events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> events(@Context HttpServerResponse response) {
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store").putHeader("X-Accel-Buffering", "no");
        return Multi.createFrom().resource(watch::view, this::follow).withFinalizer(EngineWatch.Viewer::close);
    }

    private Multi<OutboundSseEvent> follow(EngineWatch.Viewer viewer) {
        int[] looks = {0};
        return Multi.createBy()
                .repeating()
                .uni(() -> Uni.createFrom()
                        .item(() -> look(viewer, looks[0]++))
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()))
                .withDelay(LOOK_EVERY)
                .indefinitely()
                .onItem()
                .transformToMultiAndConcatenate(news -> Multi.createFrom().iterable(news));
    }

    /** The steps since the last look, if there were any, and the queue with them or after a while without. */
    private List<OutboundSseEvent> look(EngineWatch.Viewer viewer, int number) {
        EngineWatch.Seen seen = viewer.look();
        boolean idle = seen.steps().isEmpty() && seen.lost() == 0;
        List<OutboundSseEvent> news = new ArrayList<>();
        if (!idle) {
            news.add(event("steps", EngineEvents.Steps.of(seen)));
        }
        if (!idle || number % LOOKS_PER_QUEUE == 0) {
            news.add(event("queue", EngineEvents.Queue.of(watch, MOST_REQUESTS)));
        }
        return news;
    }

    private OutboundSseEvent event(String name, Object data) {
        return sse.newEventBuilder()
                .name(name)
                .data(new String(JsonBody.write(data), StandardCharsets.UTF_8))
                .build();
    }
}
