package io.stepwise.sampling;

import ai.djl.ndarray.NDArray;

/**
 * The registers of all rows of a step, {@code [B, K, C·H·W]}; freed when the last row has moved on.
 *
 * <p>The thread that runs the {@link StepLoop} owns it.
 */
final class Registers {
    private final NDArray array;
    private int users;

    Registers(NDArray array) {
        this.array = array;
    }

    NDArray array() {
        return array;
    }

    void acquire() {
        users++;
    }

    void release() {
        if (--users == 0) {
            array.close();
        }
    }
}
