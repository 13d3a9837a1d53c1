package io.stepwise.api.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.problem.PublicText;
import io.stepwise.jobs.TrainingJob;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunState;
import io.stepwise.training.run.RunStatus;
import io.stepwise.training.spec.TrainingSpecJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON form of a training job. */
@JsonInclude
record TrainResponse(
        String id,
        String state,
        @Nullable String wanted,
        @Nullable String created,
        @Nullable String started,
        @Nullable String ended,
        int step,
        int steps,
        @Nullable Double loss,
        @JsonProperty("images_per_s") @Nullable Double imagesPerSecond,
        @JsonProperty("seconds_left") @Nullable Double secondsLeft,
        @Nullable String waiting,
        @Nullable String error,
        List<String> warnings,
        List<Integer> published,
        ObjectNode spec) {

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
                job.waiting().map(PublicText::of).orElse(null),
                job.error().map(PublicText::of).orElse(null),
                job.warnings().stream().map(PublicText::of).toList(),
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
