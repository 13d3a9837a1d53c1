package io.stepwise.model;

/**
 * The state that Adam keeps between updates.
 *
 * @param firstMoment one number per weight
 * @param secondMoment one number per weight
 * @param updates number of updates so far, at least 0
 */
@SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
public record OptimizerState(float[] firstMoment, float[] secondMoment, long updates) {
    public OptimizerState {
        if (firstMoment.length != secondMoment.length || updates < 0) {
            throw new IllegalArgumentException("moments of " + firstMoment.length + " and " + secondMoment.length
                    + " numbers after " + updates + " updates do not fit together");
        }
    }
}
