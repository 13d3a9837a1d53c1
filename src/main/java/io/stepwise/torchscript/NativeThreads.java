package io.stepwise.torchscript;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * The number of threads that libtorch uses inside one operator. The number belongs to the calling Java thread (it is
 * OpenMP's), so threads that compute side by side can each have a share.
 */
public final class NativeThreads {
    private NativeThreads() {}

    /** The number of the calling thread. */
    public static int ofThisThread() {
        Engine.getInstance(); // loads libtorch if it is not loaded yet
        return JniUtils.getNumThreads();
    }

    /** @param threads for all later calls of this thread, 1 or more */
    public static void ofThisThread(int threads) {
        Engine.getInstance(); // loads libtorch if it is not loaded yet
        JniUtils.setNumThreads(threads);
    }
}
