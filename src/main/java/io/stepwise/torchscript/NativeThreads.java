package io.stepwise.torchscript;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * How many threads libtorch uses inside one operator. The number belongs to the calling Java thread (it is OpenMP's), so
 * threads that compute side by side can each have their share.
 */
public final class NativeThreads {
    private NativeThreads() {}

    /** @param threads 1 or more, for what this thread calls from now on */
    public static void ofThisThread(int threads) {
        Engine.getInstance(); // loads libtorch if nothing has yet
        JniUtils.setNumThreads(threads);
    }
}
