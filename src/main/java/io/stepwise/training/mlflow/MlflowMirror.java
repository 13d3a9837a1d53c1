package io.stepwise.training.mlflow;

import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Copies what a run tells to an MLflow server from time to time, in a thread of its own.
 *
 * <p>INVARIANT: training neither waits for the server nor fails because of it. The thread reads the run's folder, so
 * nothing piles up in memory while the server is away. It sends the missing part when the server is back, or in the next
 * process of the run.
 */
public final class MlflowMirror implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MlflowMirror.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration LAST = Duration.ofSeconds(10);
    private static final int LONGEST_PAUSE = 12; // in pauses between attempts, while the server is away

    private final RunFolder run;
    private final MlflowServer server;
    private final Duration every;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread = new Thread(this::copyUntilClosed, "mlflow");
    private @Nullable MlflowRun remote;
    private int failures;

    private MlflowMirror(RunFolder run, MlflowServer server, Duration every) {
        this.run = run;
        this.server = server;
        this.every = every;
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts to copy; the caller closes it when training has ended. */
    public static MlflowMirror start(RunFolder run, MlflowServer server) {
        return start(run, server, EVERY);
    }

    static MlflowMirror start(RunFolder run, MlflowServer server, Duration every) {
        return new MlflowMirror(run, server, every);
    }

    private void copyUntilClosed() {
        try {
            while (!ending.await(every.toMillis() * Math.min(failures + 1, LONGEST_PAUSE), TimeUnit.MILLISECONDS)) {
                attempt();
            }
            attempt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the daemon ends
        } finally {
            forget();
        }
    }

    private void attempt() {
        try {
            if (remote == null) {
                remote = new MlflowRun(run, server);
            }
            remote.copy();
            if (failures > 0) {
                LOG.infof("MLflow at %s is back", server);
            }
            failures = 0;
        } catch (IOException | RuntimeException e) {
            if (failures == 0) {
                LOG.warnf(
                        "MLflow at %s can't be told of run %s: %s; training goes on, and the missing part is sent later",
                        server, run.id(), e.getMessage());
            }
            failures++;
            forget();
        }
    }

    private void forget() {
        if (remote != null) {
            remote.close();
            remote = null;
        }
    }

    /** Copies the rest, and waits {@link #LAST} for it at most. */
    @Override
    public void close() throws InterruptedException {
        close(LAST);
    }

    void close(Duration patience) throws InterruptedException {
        ending.countDown();
        thread.join(patience.toMillis());
    }
}
