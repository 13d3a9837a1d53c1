package io.stepwise.model.training;

import java.util.Collections;
import java.util.List;

/**
 * The state that Adam keeps between updates.
 *
 * @param firstMoment one number per weight
 * @param secondMoment one number per weight
 * @param updates number of updates so far of each range of the weights that is updated apart, at least 0
 */
@SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
public record OptimizerState(float[] firstMoment, float[] secondMoment, List<Long> updates) {
    public OptimizerState {
        updates = List.copyOf(updates);
        if (firstMoment.length != secondMoment.length || updates.stream().anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("moments of " + firstMoment.length + " and " + secondMoment.length
                    + " numbers after " + updates + " updates do not fit together");
        }
    }

    /** Before the first update of {@code size} weights in {@code ranges} ranges. */
    public static OptimizerState start(int size, int ranges) {
        float[] zeros = new float[size];
        return new OptimizerState(zeros, zeros, Collections.nCopies(ranges, 0L));
    }
}
