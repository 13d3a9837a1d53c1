package io.stepwise.serving.versions;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * The thread that does the work of loading. It can lower its own priority, so that loading takes little of a processor
 * that engines want.
 *
 * <p>INVARIANT: it completes no futures and starts no threads, because a new thread inherits its priority.
 */
final class LoadingThread implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LoadingThread.class);

    private static final int NICE = 10; // a ninth of a normal thread's share
    private static final int WHICH_PROCESS = 0;
    private static final int THIS_THREAD = 0;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "model-loading");
        made.setDaemon(true);
        return made;
    });

    /** The C library; Java's own thread priorities do nothing on Linux. */
    interface C extends Library {
        int setpriority(int which, int who, int value);
    }

    /** The result of {@code work}; the caller waits for it. */
    <T> T call(Callable<T> work) throws IOException {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failure) {
                throw failure;
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a model was loaded", e);
        }
    }

    /**
     * Lowers its priority for good. It does nothing on systems other than Linux, where it would change the whole
     * process.
     */
    void lowerPriority() {
        if (Platform.isLinux()) {
            thread.execute(LoadingThread::lowerThisThread);
        }
    }

    private static void lowerThisThread() {
        try {
            if (Native.load("c", C.class).setpriority(WHICH_PROCESS, THIS_THREAD, NICE) != 0) {
                LOG.debug("the priority of loading can't be lowered");
            }
        } catch (LinkageError e) {
            LOG.debug("the priority of loading can't be lowered", e);
        }
    }

    /** Ends the thread. No caller waits for it any more. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
