package io.stepwise.report;

import io.stepwise.evaluation.ColourDistance;
import io.stepwise.evaluation.Grain;
import io.stepwise.evaluation.ImageSet;
import io.stepwise.evaluation.Likeness;
import io.stepwise.evaluation.SlicedWasserstein;
import io.stepwise.image.Pixels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a set of images is from the reference.
 *
 * @param images a description in words
 * @param slicedWasserstein by level, times 1000
 * @param slicedWassersteinAverage the mean over the levels
 * @param grain of these images, whatever the reference
 * @param likeness kernel distance, precision and recall; null if there are too few images
 * @param labels whether they show their labels; null if that cannot be measured
 * @param secondsPerImage it took to make them; null for images that were not generated
 */
record Measurement(
        String images,
        List<SlicedWasserstein.Level> slicedWasserstein,
        double slicedWassersteinAverage,
        double grain,
        @Nullable Likeness likeness,
        ColourDistance colour,
        @Nullable LabelAccuracy labels,
        @Nullable Double secondsPerImage) {

    static Measurement of(
            String images,
            List<Pixels> measured,
            List<Pixels> reference,
            @Nullable LabelAccuracy labels,
            @Nullable Double secondsPerImage) {
        ImageSet a = ImageSet.of(measured);
        ImageSet b = ImageSet.of(reference);
        SlicedWasserstein.Distances distances = SlicedWasserstein.standard(0).between(a, b);
        boolean enough = Math.min(a.count(), b.count()) >= Likeness.FEWEST;
        return new Measurement(
                images,
                distances.levels(),
                distances.average(),
                Grain.of(a),
                enough ? Likeness.between(a, b) : null,
                ColourDistance.between(a, b),
                labels,
                secondsPerImage);
    }
}
