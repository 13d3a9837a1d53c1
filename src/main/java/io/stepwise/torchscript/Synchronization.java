package io.stepwise.torchscript;

import ai.djl.ndarray.NDArray;

/** Waits for a GPU: a call only queues its work there. */
public final class Synchronization {
    private Synchronization() {}

    /** Returns when {@code result} has been computed. */
    public static void await(NDArray result) {
        if (result.getDevice().isGpu()) {
            result.flatten().get(0).toByteBuffer(); // reading an element waits for the stream
        }
    }
}
