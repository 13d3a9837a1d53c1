package io.stepwise.app.server;

import io.quarkus.arc.Unremovable;
import io.stepwise.app.config.DrainConfig;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.serving.GenerationService;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Stops the service without losing a request. First only the readiness check fails, so that no new requests are sent to
 * the service. Then new requests are refused with 503 and {@code Retry-After}, while running requests have some time to
 * end. The requests that remain are then answered with 503 as well. Training jobs write their checkpoints in the
 * meantime.
 *
 * <p>INVARIANT: every request that was accepted is answered before the service stops listening.
 *
 * <p>Written by hand because Quarkus's own graceful shutdown counts requests but does not handle readiness, queues and
 * jobs.
 */
@Singleton
@Unremovable
public final class Drain {
    private static final Logger LOG = Logger.getLogger(Drain.class);

    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private static final long LOOK_EVERY_MILLIS = 10;

    private final GenerationService service;
    private final OpenRequests requests;
    private final TrainingJobs jobs;
    private final DrainConfig config;

    @Inject
    public Drain(GenerationService service, OpenRequests requests, TrainingJobs jobs, StepwiseConfig config) {
        this(service, requests, jobs, config.drain());
    }

    Drain(GenerationService service, OpenRequests requests, TrainingJobs jobs, DrainConfig config) {
        this.service = service;
        this.requests = requests;
        this.jobs = jobs;
        this.config = config;
    }

    /**
     * Runs the whole drain. Takes {@code delay} and up to {@code budget}, or up to {@code stepwise.train.grace} if that
     * is longer.
     */
    void run() throws InterruptedException {
        LOG.infof("stopping: no longer ready, but requests are accepted for another %s", config.delay());
        Thread jobsStop = stopJobs();
        service.announceStop();
        TimeUnit.NANOSECONDS.sleep(config.delay().toNanos());

        service.refuseMore();
        requests.closeConnections();
        if (!await(() -> service.isIdle() && requests.isIdle(), config.budget())) {
            LOG.warnf("stopping: the remaining requests are cancelled after %s", config.budget());
            service.giveUp();
            await(requests::isIdle, LAST_WORDS);
        }
        jobsStop.join();
        LOG.info("stopping: every request was answered");
    }

    private Thread stopJobs() {
        Thread thread = new Thread(
                () -> {
                    try {
                        jobs.close();
                    } catch (InterruptedException e) {
                        LOG.debug("interrupted; the jobs stop by themselves");
                    }
                },
                "jobs-stop");
        thread.start();
        return thread;
    }

    /** Whether the condition became true in time. */
    private static boolean await(BooleanSupplier condition, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
        return true;
    }
}
