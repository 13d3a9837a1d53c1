package io.stepwise.api.engines;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.serving.request.EngineWatch;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of {@code GET /engines/events}. */
final class EngineEvents {
    private EngineEvents() {}

    /** The event steps. */
    record Steps(List<Step> steps, long lost) {
        static Steps of(EngineWatch.Seen seen) {
            return new Steps(seen.steps().stream().map(Step::of).toList(), seen.lost());
        }
    }

    /** A step. */
    record Step(
            int engine,
            @JsonProperty("ago_ms") double ago,
            @JsonProperty("took_ms") double took,
            String model,
            int rows,
            int best,
            List<Share> requests) {
        static Step of(EngineWatch.Step step) {
            return new Step(
                    step.engine(),
                    millis(step.ago()),
                    millis(step.took()),
                    step.model(),
                    step.rows(),
                    step.best(),
                    step.shares().stream()
                            .map(share -> new Share(share.request(), share.rows()))
                            .toList());
        }
    }

    /** The rows of a request in a step. */
    record Share(long id, int rows) {}

    /** The event queue. */
    record Queue(int engines, int capacity, List<Request> requests) {
        static Queue of(EngineWatch watch, int most) {
            return new Queue(
                    watch.engines(),
                    watch.capacity(),
                    watch.queue(most).stream().map(Request::of).toList());
        }
    }

    /** A request in the queue. */
    @JsonInclude
    record Request(
            long id,
            String model,
            @Nullable String label,
            int images,
            int steps,
            int priority,
            @JsonProperty("rows_left") long rowsLeft,
            @JsonProperty("waited_ms") long waited,
            boolean begun) {
        static Request of(EngineWatch.Queued queued) {
            return new Request(
                    queued.id(),
                    queued.model(),
                    queued.label(),
                    queued.images(),
                    queued.steps(),
                    queued.priority(),
                    queued.rowsLeft(),
                    queued.waited().toMillis(),
                    queued.begun());
        }
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1000 / 1000.0;
    }
}
