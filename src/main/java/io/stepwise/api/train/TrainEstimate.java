package io.stepwise.api.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.problem.PublicText;
import io.stepwise.jobs.JobCheck;
import io.stepwise.training.spec.TrainingSpecJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a training job would take. */
@JsonInclude
record TrainEstimate(
        long images,
        int classes,
        long parameters,
        @JsonProperty("memory_bytes") long memoryBytes,
        @JsonProperty("images_per_s") @Nullable Double imagesPerSecond,
        @Nullable Double seconds,
        @JsonProperty("judged_by") @Nullable String judgedBy,
        List<String> warnings,
        ObjectNode spec) {

    static TrainEstimate of(JobCheck.Estimate estimate) {
        JobCheck.Pace pace = estimate.pace();
        return new TrainEstimate(
                estimate.images(),
                estimate.classes(),
                estimate.parameters(),
                estimate.memory(),
                pace == null ? null : pace.imagesPerSecond(),
                pace == null ? null : pace.seconds(),
                pace == null ? null : pace.run(),
                estimate.checked().warnings().stream().map(PublicText::of).toList(),
                TrainingSpecJson.toNode(estimate.checked().spec()));
    }
}
