package io.stepwise.jobs;

import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunState;
import io.stepwise.training.run.RunStatus;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a training job.
 *
 * @param id of the run, {@code 20261122-183301-ab3f}
 * @param status its state and wanted state
 * @param events all so far, in order
 * @param metrics the newest row; null before the first
 */
public record TrainingJob(
        String id, TrainingSpec spec, RunStatus status, List<RunEvent> events, @Nullable MetricsRow metrics) {
    private static final Set<RunEvent.Type> STARTS = Set.of(RunEvent.Type.STARTED, RunEvent.Type.RESUMED);
    private static final Set<RunEvent.Type> TROUBLE =
            Set.of(RunEvent.Type.FAILED, RunEvent.Type.BLOCKED, RunEvent.Type.CRASHED);

    public TrainingJob {
        events = List.copyOf(events);
    }

    static TrainingJob of(RunFolder run) throws IOException {
        List<RunEvent> events = run.events(0);
        RunStatus status = events.isEmpty()
                ? new RunStatus(RunState.PAUSED, null, 0)
                : events.get(events.size() - 1).status();
        return new TrainingJob(
                run.id(), run.spec(), status, events, run.lastMetrics().orElse(null));
    }

    public Optional<Instant> created() {
        return events.stream().findFirst().map(RunEvent::time);
    }

    public Optional<Instant> started() {
        return events.stream()
                .filter(event -> STARTS.contains(event.type()))
                .findFirst()
                .map(RunEvent::time);
    }

    /** When it ended; empty if it has not. */
    public Optional<Instant> ended() {
        return status.state().isLast() ? last().map(RunEvent::time) : Optional.empty();
    }

    private Optional<RunEvent> last() {
        return events.isEmpty() ? Optional.empty() : Optional.of(events.get(events.size() - 1));
    }

    /** Optimizer steps done, as far as known: metrics are written every twenty steps. */
    public int step() {
        int ofEvents = last().map(RunEvent::step).orElse(0);
        return Math.max(ofEvents, metrics == null ? 0 : metrics.step());
    }

    /** Its error: the reason why it failed or was paused, or how its last process died. */
    public Optional<String> error() {
        for (int i = events.size() - 1; i >= 0; i--) {
            RunEvent event = events.get(i);
            if (STARTS.contains(event.type()) || event.type() == RunEvent.Type.RESUME_ASKED) {
                return Optional.empty();
            }
            if (TROUBLE.contains(event.type()) && event.details().get("message") instanceof String message) {
                return Optional.of(message);
            }
        }
        return Optional.empty();
    }

    /** The reason why it cannot start; empty unless it is queued and the reason is known. */
    public Optional<String> waiting() {
        for (int i = events.size() - 1; i >= 0 && status.state() == RunState.QUEUED; i--) {
            RunEvent event = events.get(i);
            if (event.type() == RunEvent.Type.WAITING) {
                return Optional.of(String.valueOf(event.details().get("message")));
            }
            if (event.type() != RunEvent.Type.WARNING) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    public List<String> warnings() {
        return events.stream()
                .filter(event -> event.type() == RunEvent.Type.WARNING)
                .map(event -> String.valueOf(event.details().get("message")))
                .distinct()
                .toList();
    }

    /** The versions that it has published. */
    public List<Integer> published() {
        return events.stream()
                .filter(event -> event.type() == RunEvent.Type.PUBLISHED)
                .flatMap(event -> event.details().get("version") instanceof Number number
                        ? java.util.stream.Stream.of(number.intValue())
                        : java.util.stream.Stream.empty())
                .toList();
    }

    /** Estimated time left at the rate of the newest metrics; empty unless it runs and the rate is known. */
    public Optional<Duration> left() {
        if (status.state() != RunState.RUNNING || metrics == null || !(metrics.imagesPerSecond() > 0)) {
            return Optional.empty();
        }
        double images = (double) (spec.steps() - step()) * spec.batchSize() * spec.gradientAccumulation();
        return Optional.of(Duration.ofMillis(Math.round(1000 * images / metrics.imagesPerSecond())));
    }
}
