package io.stepwise.training;

import io.stepwise.repository.ModelVersion;
import io.stepwise.training.average.Snapshots;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.Checkpoints;
import io.stepwise.training.checkpoint.TrainingPosition;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunRecorder;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpec.Publish;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Handles a checkpoint once it is durable: records it, publishes it when {@link TrainingSpec#publish()} says so, and
 * deletes old checkpoints and versions. With {@code best}, a due checkpoint is published if none before it was better by
 * what was measured at its step.
 *
 * <p>INVARIANT: the due actions are a pure function of the specification and the step, and each is done only if the
 * run's events and the repository do not show it done. So a run that was killed at any point handles its last
 * checkpoint again, and ends with the same versions as an uninterrupted run.
 */
record CheckpointPublisher(
        TrainingSpec spec, RunRecorder journal, Checkpoints checkpoints, VersionWriter publisher, Retention retention) {
    /** Does the remaining actions for {@code checkpoint}, which this run made and which is durable. */
    void settle(Checkpoint checkpoint) throws IOException {
        if (spec.checkpointDue(checkpoint.step()) || isLast(checkpoint.step())) {
            new Snapshots(checkpoints.run(), checkpoints.parameters()).keep(checkpoint, spec.checkpointEvery());
        }
        List<RunEvent> events = journal.events();
        Map<String, Double> metrics = note(checkpoint, events);
        if (isDue(checkpoint, metrics, events)) {
            if (find(events, RunEvent.Type.PUBLISHED, checkpoint.step()) == null) {
                publish(checkpoint, metrics);
            }
            pruneVersions();
        }
        pruneCheckpoints();
    }

    /** Records the checkpoint with what was measured at its step, unless that is done; returns its metrics. */
    private Map<String, Double> note(Checkpoint checkpoint, List<RunEvent> events) throws IOException {
        int step = checkpoint.step();
        RunEvent noted = find(events, RunEvent.Type.CHECKPOINT, step);
        Map<String, Double> measured = new LinkedHashMap<>();
        if (noted == null) {
            journal.metrics().stream().filter(row -> row.step() == step).forEach(row -> row.measured()
                    .forEach((metric, value) -> measured.put(metric.wireName(), value)));
            journal.event(RunEvent.Type.CHECKPOINT, step, measured);
        }
        return metrics(checkpoint.position(), noted, measured);
    }

    /** The metrics of the checkpoint at {@code position}, which may be noted already. */
    static Map<String, Double> metrics(TrainingPosition position, List<RunEvent> events) {
        return metrics(position, find(events, RunEvent.Type.CHECKPOINT, position.step()), new LinkedHashMap<>());
    }

    private static Map<String, Double> metrics(
            TrainingPosition position, @Nullable RunEvent noted, Map<String, Double> measured) {
        if (noted != null) {
            for (Metric metric : Metric.values()) {
                value(noted, metric).ifPresent(value -> measured.put(metric.wireName(), value));
            }
        }
        if (Double.isFinite(position.loss())) {
            measured.put("loss", position.loss());
        }
        return measured;
    }

    private boolean isDue(Checkpoint checkpoint, Map<String, Double> metrics, List<RunEvent> events)
            throws IOException {
        int step = checkpoint.step();
        boolean last = isLast(step);
        return switch (spec.publish()) {
            case NEVER -> false;
            case END -> last;
            case EVERY_CHECKPOINT -> last || spec.checkpointDue(step);
            case BEST -> {
                Double quality = metrics.get(spec.publishMetric().wireName());
                yield (last || spec.checkpointDue(step)) && quality != null && quality < bestBefore(step, events);
            }
        };
    }

    private boolean isLast(int step) throws IOException {
        return step == spec.steps() || EarlyEnd.of(spec, journal.metrics()).isPresent();
    }

    private double bestBefore(int step, List<RunEvent> events) {
        return events.stream()
                .filter(event -> event.type() == RunEvent.Type.PUBLISHED && event.step() < step)
                .flatMapToDouble(event -> value(event, spec.publishMetric()).stream())
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    private void publish(Checkpoint checkpoint, Map<String, Double> metrics) throws IOException {
        Optional<String> worse = publisher.worse(metrics);
        if (worse.isPresent()) {
            journal.warning(
                    checkpoint.step(),
                    "the version of step " + checkpoint.step() + " may be worse than the one that serves: "
                            + worse.get());
        }
        ModelVersion version = publisher.publish(checkpoint, metrics, worse);
        Map<String, Object> details = new LinkedHashMap<>(metrics);
        details.put("model", version.model());
        details.put("version", version.number());
        journal.event(RunEvent.Type.PUBLISHED, checkpoint.step(), details);
        Optional<String> lag = AverageLag.of(spec, checkpoint.step());
        if (lag.isPresent()) {
            journal.warning(checkpoint.step(), lag.get());
        }
        journal.console().accept("published " + version.model() + " version " + version.number());
    }

    private void pruneVersions() throws IOException {
        if (retention.versions() > 0) {
            publisher.prune(retention.versions());
        }
    }

    private void pruneCheckpoints() throws IOException {
        Set<Integer> best = Set.of();
        if (spec.publish() == Publish.BEST) {
            best = journal.events().stream()
                    .filter(event -> event.type() == RunEvent.Type.PUBLISHED)
                    .reduce((earlier, later) -> later)
                    .map(event -> Set.of(event.step()))
                    .orElse(Set.of());
        }
        checkpoints.prune(retention.checkpoints(), best);
    }

    private static @Nullable RunEvent find(List<RunEvent> events, RunEvent.Type type, int step) {
        return events.stream()
                .filter(event -> event.type() == type && event.step() == step)
                .reduce((earlier, later) -> later)
                .orElse(null);
    }

    private static OptionalDouble value(RunEvent event, Metric metric) {
        return event.details().get(metric.wireName()) instanceof Number value
                ? OptionalDouble.of(value.doubleValue())
                : OptionalDouble.empty();
    }
}
