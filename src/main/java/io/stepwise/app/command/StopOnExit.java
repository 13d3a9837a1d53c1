package io.stepwise.app.command;

import java.util.concurrent.CountDownLatch;

/**
 * Tells work to stop when the process is told to end, and holds that end back until the work has ended: until this is closed.
 */
final class StopOnExit implements AutoCloseable {
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean asked;

    StopOnExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::waitForEnd));
    }

    private void waitForEnd() {
        asked = true;
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the process ends anyway
        }
    }

    boolean isAsked() {
        return asked;
    }

    @Override
    public void close() {
        ended.countDown();
    }
}
