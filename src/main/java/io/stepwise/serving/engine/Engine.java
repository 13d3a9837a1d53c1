package io.stepwise.serving.engine;

import io.stepwise.torchscript.NativeThreads;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The thread that owns a device, or a share of the processor. It takes the rows that should go next, runs one denoising
 * step over them, and gives them back; all else is done elsewhere.
 *
 * <p>A step that fails, for whatever reason, costs the rows that were in it one more try, each alone (see
 * {@link StepScheduler}), and this engine's part of the model is made anew before that. The thread goes on.
 */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Engine.class);

    private final int number;
    private final int threads;
    private final StepScheduler scheduler;
    private final EngineMetrics metrics;
    private final StepWatch watch;
    private final Thread thread;

    /**
     * @param number from 0
     * @param threads native threads of an operator
     * @param watch shows its steps to operators
     */
    public Engine(int number, int threads, StepScheduler scheduler, EngineMetrics metrics, StepWatch watch) {
        this.number = number;
        this.threads = threads;
        this.scheduler = scheduler;
        this.metrics = metrics;
        this.watch = watch;
        thread = new Thread(this::run, "engine-" + number);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        NativeThreads.ofThisThread(threads);
        try {
            for (Batch batch = scheduler.next(); batch != null; batch = scheduler.next()) {
                step(batch);
            }
        } catch (InterruptedException e) {
            LOG.debugf("engine %d was interrupted: it ends", number);
        }
    }

    private void step(Batch batch) {
        long start = System.nanoTime();
        Stepper stepper = batch.model().stepper(number);
        try {
            stepper.step(batch.rows());
        } catch (RuntimeException | Error e) {
            failed(batch, e);
            return;
        }
        long took = System.nanoTime() - start;
        for (Batch.Member member : batch.members()) {
            tell(member, stepper);
        }
        List<Batch.Member> done = scheduler.stepped(batch, took);
        metrics.stepped(batch, took);
        watch.stepped(number, batch, took);
        for (Batch.Member member : batch.members()) {
            GenerationTrace trace = member.job().trace();
            if (trace != null) {
                trace.stepped(batch, took);
            }
        }
        for (Batch.Member member : done) {
            finish(stepper, member);
        }
    }

    /** Who watches only watches: the row goes on, whatever becomes of that. */
    private static void tell(Batch.Member member, Stepper stepper) {
        ProgressWatch watch = member.job().watch();
        if (watch != null) {
            try {
                watch.stepped(member, stepper);
            } catch (RuntimeException e) {
                LOG.warnf(e, "a step of %s can't be shown", member.job().model());
            }
        }
    }

    private void failed(Batch batch, Throwable cause) {
        LOG.errorf(
                cause,
                "engine %d: a step of %d rows of %s failed",
                number,
                batch.members().size(),
                batch.model());
        metrics.failed(number);
        try {
            batch.model().rebuild(number);
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "engine %d can't make %s anew", number, batch.model());
        }
        scheduler.failed(batch, cause);
    }

    private void finish(Stepper stepper, Batch.Member member) {
        try {
            float[] state = stepper.state(member.row());
            for (float value : state) {
                if (!Float.isFinite(value)) {
                    throw new IllegalStateException(member.job().model() + " made numbers that are not finite of seed "
                            + Long.toUnsignedString(member.job().request().seed()));
                }
            }
            scheduler.finish(member, state);
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "engine %d: an image can't be finished", number);
            metrics.failed(number);
            scheduler.fail(member.job(), e);
        } finally {
            member.leave();
        }
    }

    /** Waits for the thread, which ends after its current step once the scheduler is closed. */
    @Override
    public void close() throws InterruptedException {
        thread.join();
    }
}
