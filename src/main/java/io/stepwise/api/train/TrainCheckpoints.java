package io.stepwise.api.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The checkpoints of a training job. */
@Schema(
        name = "TrainingCheckpoints",
        description = "The checkpoints of a training job.",
        requiredProperties = {"checkpoints"})
record TrainCheckpoints(@Schema(description = "In the order of their steps.") List<Item> checkpoints) {
    /** One of them. */
    @Schema(
            name = "TrainingCheckpoint",
            description = "A checkpoint.",
            requiredProperties = {"step", "created", "on_disk", "loss", "quality", "published_version"})
    @JsonInclude
    record Item(
            @Schema(description = "Optimizer steps done.", examples = "1000") int step,
            @Schema(description = "When it was made; ISO 8601, UTC.", format = "date-time", nullable = true) @Nullable
                    String created,
            @JsonProperty("on_disk") @Schema(description = "Whether training can go on from it; old ones are removed.")
                    boolean onDisk,
            @Schema(description = "Mean loss of the twenty steps before.", nullable = true) @Nullable Double loss,
            @Schema(
                            description =
                                    "Sliced Wasserstein distance of its samples to the data, where it was judged.",
                            nullable = true)
                    @Nullable
                    Double quality,
            @JsonProperty("published_version")
                    @Schema(description = "The version of the model that it became; null if none.", nullable = true)
                    @Nullable
                    Integer publishedVersion) {}

    static TrainCheckpoints of(RunFolder run) throws IOException {
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
                            .orElse(null)));
        }
        return new TrainCheckpoints(items);
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
