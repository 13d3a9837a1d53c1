package io.stepwise.torchscript;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** Waits for a GPU: a call only queues its work there. */
public final class Synchronization {
    private Synchronization() {}

    /** Returns when {@code results} have been computed; closes them if that fails. */
    public static void await(NDList results) {
        try {
            await(results.get(0));
        } catch (RuntimeException | Error e) {
            results.close();
            throw e;
        }
    }

    /** Returns when {@code result} has been computed. */
    public static void await(NDArray result) {
        if (result.getDevice().isGpu()) {
            result.flatten().get(0).toByteBuffer(); // reading an element waits for the stream
        }
    }
}
