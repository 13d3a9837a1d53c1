package io.stepwise.api.train;

import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The sample grids of a training job. */
@Schema(
        name = "TrainingSamples",
        description = "The sample grids of a training job.",
        requiredProperties = {"samples"})
record TrainSamples(@Schema(description = "In the order of their steps.") List<Sample> samples) {
    /** One of them. */
    @Schema(
            name = "TrainingSample",
            requiredProperties = {"step", "url"})
    record Sample(
            @Schema(description = "Optimizer steps done.", examples = "1000") int step,
            @Schema(description = "Path of the picture.", examples = "/train/20261122-183301-ab3f/samples/1000")
                    String url) {}

    static TrainSamples of(RunFolder run) throws IOException {
        return new TrainSamples(run.samples().stream()
                .map(step -> new Sample(step, "/train/" + run.id() + "/samples/" + step))
                .toList());
    }
}
