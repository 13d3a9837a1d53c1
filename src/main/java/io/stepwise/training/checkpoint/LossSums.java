package io.stepwise.training.checkpoint;

import io.stepwise.training.StepStatistics;
import java.util.Collections;
import java.util.List;

/**
 * Sums of losses since the last row of metrics, for each quarter of the timesteps: a snapshot of {@link
 * StepStatistics}.
 *
 * @param sums of the unweighted losses, four
 * @param images the number of losses in each sum, four
 */
public record LossSums(List<Double> sums, List<Long> images) {
    public static final int QUARTERS = 4;

    /** No losses. */
    public static final LossSums NONE =
            new LossSums(Collections.nCopies(QUARTERS, 0.0), Collections.nCopies(QUARTERS, 0L));

    public LossSums {
        sums = List.copyOf(sums);
        images = List.copyOf(images);
        if (sums.size() != QUARTERS || images.size() != QUARTERS) {
            throw new IllegalArgumentException(
                    "sums " + sums + " and images " + images + " must be " + QUARTERS + " numbers each");
        }
    }
}
