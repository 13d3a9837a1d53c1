package io.stepwise.training.checkpoint;

import java.util.Collections;
import java.util.List;

/**
 * Sums of numbers since the last row of metrics: of a diffusion model the losses in each quarter of the timesteps.
 *
 * @param sums one for each number that is summed
 * @param images how many numbers are in each sum
 */
public record LossSums(List<Double> sums, List<Long> images) {
    /** The number of sums of a diffusion model. */
    public static final int QUARTERS = 4;

    public static final LossSums NONE =
            new LossSums(Collections.nCopies(QUARTERS, 0.0), Collections.nCopies(QUARTERS, 0L));

    public LossSums {
        sums = List.copyOf(sums);
        images = List.copyOf(images);
        if (sums.size() != images.size()) {
            throw new IllegalArgumentException("sums " + sums + " and images " + images + " must be equally many");
        }
    }
}
