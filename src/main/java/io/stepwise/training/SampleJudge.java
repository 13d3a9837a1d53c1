package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.evaluation.ImageSet;
import io.stepwise.evaluation.Likeness;
import io.stepwise.evaluation.SlicedWasserstein;
import io.stepwise.image.Pixels;
import io.stepwise.training.kind.Trainee;
import io.stepwise.training.spec.Metric;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Compares images that a network makes with images of its training set: {@link #IMAGES} each, always from the same noise
 * and always the same ones, so that the checkpoints of a run can be compared.
 */
record SampleJudge(ImageDataset dataset) {
    static final int IMAGES = 128;

    /** Measures; deterministic. */
    Map<Metric, Double> of(Trainee trainee) {
        ImageSet made = ImageSet.of(trainee.images(IMAGES));
        ImageSet real = ImageSet.of(spread(dataset));
        Likeness likeness = Likeness.between(made, real);
        Map<Metric, Double> measured = new EnumMap<>(Metric.class);
        measured.put(
                Metric.SLICED_WASSERSTEIN,
                SlicedWasserstein.standard(0).between(made, real).average());
        measured.put(Metric.KERNEL_DISTANCE, likeness.kernelDistance());
        measured.put(Metric.PRECISION, likeness.precisionRecall().precision());
        measured.put(Metric.RECALL, likeness.precisionRecall().recall());
        return measured;
    }

    /** From all over the data set, whose images may be sorted by class. */
    private static List<Pixels> spread(ImageDataset dataset) {
        long count = Math.max(Likeness.FEWEST, Math.min(IMAGES, dataset.size()));
        return LongStream.range(0, count)
                .mapToObj(i -> dataset.get(i * dataset.size() / count).pixels())
                .toList();
    }
}
