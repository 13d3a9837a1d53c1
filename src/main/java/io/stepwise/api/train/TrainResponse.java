package io.stepwise.api.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.jobs.TrainingJob;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunState;
import io.stepwise.training.run.RunStatus;
import io.stepwise.training.spec.TrainingSpecJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A training job as clients see it. */
@Schema(
        name = "TrainingJob",
        description = "A training job.",
        requiredProperties = {
            "id",
            "state",
            "created",
            "started",
            "ended",
            "step",
            "steps",
            "loss",
            "images_per_s",
            "seconds_left",
            "waiting",
            "error",
            "warnings",
            "published",
            "spec"
        })
@JsonInclude
record TrainResponse(
        @Schema(description = "Names the job, and its folder.", examples = "20261122-183301-ab3f") String id,
        @Schema(
                        description = "Where it stands.",
                        enumeration = {"queued", "running", "paused", "succeeded", "failed", "cancelled"})
                String state,
        @Schema(
                        description = "Where it is about to go, if that is elsewhere.",
                        nullable = true,
                        enumeration = {"paused", "cancelled"})
                @Nullable
                String wanted,
        @Schema(description = "When it was made; ISO 8601, UTC.", format = "date-time", nullable = true) @Nullable
                String created,
        @Schema(description = "When its first process began.", format = "date-time", nullable = true) @Nullable
                String started,
        @Schema(description = "When it ended, if it has.", format = "date-time", nullable = true) @Nullable
                String ended,
        @Schema(description = "Optimizer steps done.", minimum = "0") int step,
        @Schema(description = "Optimizer steps in all.", minimum = "1") int steps,
        @Schema(description = "Mean over the last twenty steps.", nullable = true) @Nullable Double loss,
        @JsonProperty("images_per_s")
                @Schema(description = "Images trained on per second lately, while it runs.", nullable = true)
                @Nullable
                Double imagesPerSecond,
        @JsonProperty("seconds_left")
                @Schema(description = "Until it is done at that pace, while it runs.", nullable = true)
                @Nullable
                Double secondsLeft,
        @Schema(
                        description =
                                "What keeps it from being started while it is queued, where somebody knows: no machine"
                                        + " of the cluster takes it, a queue has not admitted it.",
                        nullable = true)
                @Nullable
                String waiting,
        @Schema(description = "Why it failed or was paused by trouble.", nullable = true) @Nullable String error,
        @Schema(description = "What a person should know about it.") List<String> warnings,
        @Schema(description = "Versions of the model that it has published.") List<Integer> published,
        @Schema(description = "The complete specification.", implementation = TrainRequest.class) ObjectNode spec) {

    static TrainResponse of(TrainingJob job) {
        MetricsRow metrics = job.metrics();
        boolean runs = job.status().state() == RunState.RUNNING;
        return new TrainResponse(
                job.id(),
                job.status().state().wireName(),
                wanted(job.status()),
                text(job.created()),
                text(job.started()),
                text(job.ended()),
                job.step(),
                job.spec().steps(),
                metrics == null ? null : finite(metrics.loss()),
                metrics == null || !runs ? null : finite(metrics.imagesPerSecond()),
                job.left().map(left -> left.toMillis() / 1000.0).orElse(null),
                job.waiting().orElse(null),
                job.error().orElse(null),
                job.warnings(),
                job.published(),
                TrainingSpecJson.toNode(job.spec()));
    }

    private static @Nullable String wanted(RunStatus status) {
        RunState wanted = status.wanted();
        boolean elsewhere = status.state() == RunState.RUNNING && wanted != RunState.RUNNING;
        return wanted == null || !elsewhere ? null : wanted.wireName();
    }

    private static @Nullable String text(Optional<Instant> time) {
        return time.map(Instant::toString).orElse(null);
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
