package io.stepwise.torchscript;

import ai.djl.ndarray.NDArray;

/** Work on a GPU is only queued when a call returns. */
public final class Synchronization {
    private Synchronization() {}

    /** Returns when {@code result} has been computed. */
    public static void await(NDArray result) {
        if (result.getDevice().isGpu()) {
            result.flatten().get(0).toByteBuffer(); // reading an element waits for the stream
        }
    }
}
