package io.stepwise.api.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.repository.ModelVersion;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The checkpoints of a training job. */
record TrainCheckpoints(List<Item> checkpoints) {
    /** One checkpoint. */
    @JsonInclude
    record Item(
            int step,
            @Nullable String created,
            @JsonProperty("on_disk") boolean onDisk,
            @Nullable Double loss,
            @Nullable Double quality,
            @JsonProperty("published_version") @Nullable Integer publishedVersion) {}

    /**
     * The checkpoints of a run.
     *
     * @param versions of its model; some may be made of its checkpoints on request
     */
    static TrainCheckpoints of(RunFolder run, List<ModelVersion> versions) throws IOException {
        Map<Long, Integer> made = byStep(versions, run.id());
        List<RunEvent> events = run.events(0);
        List<MetricsRow> metrics = run.metrics(0);
        Set<Integer> there = new TreeSet<>(run.checkpoints());
        Set<Integer> steps = new TreeSet<>(there);
        events.stream()
                .filter(event -> event.type() == RunEvent.Type.CHECKPOINT)
                .forEach(event -> steps.add(event.step()));
        List<Item> items = new ArrayList<>();
        for (int step : steps) {
            Optional<RunEvent> published = last(events, RunEvent.Type.PUBLISHED, step);
            items.add(new Item(
                    step,
                    last(events, RunEvent.Type.CHECKPOINT, step)
                            .map(event -> event.time().toString())
                            .orElse(null),
                    there.contains(step),
                    loss(metrics, step),
                    published
                            .flatMap(event -> number(event, "sliced_wasserstein"))
                            .map(Number::doubleValue)
                            .orElse(null),
                    published
                            .flatMap(event -> number(event, "version"))
                            .map(Number::intValue)
                            .orElse(made.get((long) step))));
        }
        return new TrainCheckpoints(items);
    }

    private static Map<Long, Integer> byStep(List<ModelVersion> versions, String run) throws IOException {
        Map<Long, Integer> numbers = new HashMap<>();
        for (ModelVersion version : versions) {
            version.stepOf(run).ifPresent(step -> numbers.put(step, version.number()));
        }
        return numbers;
    }

    private static Optional<RunEvent> last(List<RunEvent> events, RunEvent.Type type, int step) {
        return events.stream()
                .filter(event -> event.type() == type && event.step() == step)
                .max(Comparator.comparingLong(RunEvent::id));
    }

    private static @Nullable Double loss(List<MetricsRow> metrics, int step) {
        return metrics.stream()
                .filter(row -> row.step() <= step && Double.isFinite(row.loss()))
                .reduce((earlier, later) -> later)
                .map(MetricsRow::loss)
                .orElse(null);
    }

    private static Optional<Number> number(RunEvent event, String name) {
        return event.details().get(name) instanceof Number number ? Optional.of(number) : Optional.empty();
    }
}
