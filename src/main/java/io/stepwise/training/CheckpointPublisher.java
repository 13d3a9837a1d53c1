package io.stepwise.training;

import ai.djl.ndarray.NDManager;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.Checkpoints;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunRecorder;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpec.Publish;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Handles a checkpoint once it is durable: records it, publishes it when {@link TrainingSpec#publish()} says so, and
 * deletes old checkpoints and versions. With {@code best}, every due checkpoint is judged by the images that it makes,
 * and published if none before it was better.
 *
 * <p>INVARIANT: the due actions are a pure function of the specification and the step, and each is done only if the
 * run's events and the repository do not show it done. So a run that was killed at any point handles its last
 * checkpoint again, and ends with the same versions as an uninterrupted run.
 */
final class CheckpointPublisher {
    private static final String QUALITY = VersionMetadata.QUALITY;

    private final TrainingSpec spec;
    private final RunRecorder journal;
    private final Checkpoints checkpoints;
    private final VersionWriter publisher;
    private final Retention retention;

    CheckpointPublisher(
            TrainingSpec spec,
            RunRecorder journal,
            Checkpoints checkpoints,
            VersionWriter publisher,
            Retention retention) {
        this.spec = spec;
        this.journal = journal;
        this.checkpoints = checkpoints;
        this.publisher = publisher;
        this.retention = retention;
    }

    /** Does the remaining actions for {@code checkpoint}, which this run made and which is durable. */
    void settle(NDManager manager, Checkpoint checkpoint) throws IOException {
        List<RunEvent> events = journal.events();
        Map<String, Double> metrics = note(manager, checkpoint, events);
        if (isDue(checkpoint, metrics, events)) {
            if (find(events, RunEvent.Type.PUBLISHED, checkpoint.step()) == null) {
                publish(checkpoint, metrics);
            }
            pruneVersions();
        }
        pruneCheckpoints();
    }

    /** Judges and records the checkpoint, unless that is done. */
    private Map<String, Double> note(NDManager manager, Checkpoint checkpoint, List<RunEvent> events)
            throws IOException {
        int step = checkpoint.step();
        RunEvent noted = find(events, RunEvent.Type.CHECKPOINT, step);
        Map<String, Double> metrics = new LinkedHashMap<>();
        double loss = checkpoint.position().loss();
        if (Double.isFinite(loss)) {
            metrics.put("loss", loss);
        }
        boolean judged = spec.publish() == Publish.BEST && spec.checkpointDue(step);
        if (judged) {
            OptionalDouble known = noted == null ? OptionalDouble.empty() : quality(noted);
            double quality = known.isPresent() ? known.getAsDouble() : publisher.quality(manager, checkpoint);
            metrics.put(QUALITY, quality);
            if (known.isEmpty()) {
                journal.event(RunEvent.Type.CHECKPOINT, step, Map.of(QUALITY, quality));
            }
        } else if (noted == null) {
            journal.event(RunEvent.Type.CHECKPOINT, step, Map.of());
        }
        return metrics;
    }

    private boolean isDue(Checkpoint checkpoint, Map<String, Double> metrics, List<RunEvent> events) {
        return switch (spec.publish()) {
            case NEVER -> false;
            case END -> checkpoint.step() == spec.steps();
            case EVERY_CHECKPOINT -> spec.checkpointDue(checkpoint.step());
            case BEST -> {
                Double quality = metrics.get(QUALITY);
                yield quality != null && quality < bestBefore(checkpoint.step(), events);
            }
        };
    }

    private static double bestBefore(int step, List<RunEvent> events) {
        return events.stream()
                .filter(event -> event.type() == RunEvent.Type.PUBLISHED && event.step() < step)
                .flatMapToDouble(event -> quality(event).stream())
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    private void publish(Checkpoint checkpoint, Map<String, Double> metrics) throws IOException {
        ModelVersion version = publisher.publish(checkpoint, metrics);
        Map<String, Object> details = new LinkedHashMap<>(metrics);
        details.put("model", version.model());
        details.put("version", version.number());
        journal.event(RunEvent.Type.PUBLISHED, checkpoint.step(), details);
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

    private static OptionalDouble quality(RunEvent event) {
        return event.details().get(QUALITY) instanceof Number quality
                ? OptionalDouble.of(quality.doubleValue())
                : OptionalDouble.empty();
    }
}
