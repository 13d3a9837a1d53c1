package io.stepwise.api.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of training jobs. */
@Schema(
        name = "TrainingJobs",
        description = "A page of training jobs.",
        requiredProperties = {"jobs", "next"})
@JsonInclude
record TrainList(
        @Schema(description = "Newest first.") List<TrainResponse> jobs,
        @Schema(description = "Path of the next page; null on the last one.", nullable = true) @Nullable String next) {}
