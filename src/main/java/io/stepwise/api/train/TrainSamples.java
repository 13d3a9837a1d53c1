package io.stepwise.api.train;

import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.util.List;

/** The sample grids of a training job. */
record TrainSamples(List<Sample> samples) {
    /** One sample grid. */
    record Sample(int step, String url) {}

    static TrainSamples of(RunFolder run) throws IOException {
        return new TrainSamples(run.samples().stream()
                .map(step -> new Sample(step, "/train/" + run.id() + "/samples/" + step))
                .toList());
    }
}
