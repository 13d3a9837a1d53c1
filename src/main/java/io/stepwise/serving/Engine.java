package io.stepwise.serving;

import io.stepwise.image.Pixels;
import io.stepwise.sampling.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The thread that owns the device. It runs one denoising step after another over the rows that are on their way; a row
 * joins at the next step and leaves when its own trajectory ends, whatever its neighbours do.
 *
 * <p>INVARIANT: rows of one step belong to one model. Among several models with rows, steps alternate.
 */
final class Engine implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Engine.class);

    private final JobQueue queue;
    private final int maxRows;
    private final EngineMetrics metrics;
    private final Thread thread;
    private final Deque<Batch> batches = new ArrayDeque<>();
    private int rows;
    private volatile boolean closed;

    private record Member(Job job, int index, Row row) {}

    private record Batch(ServedModel model, List<Member> members) {}

    /** @param maxRows images on their way at a time, at least 1 */
    Engine(JobQueue queue, int maxRows, EngineMetrics metrics) {
        this.queue = queue;
        this.maxRows = maxRows;
        this.metrics = metrics;
        thread = new Thread(this::run, "engine");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                admit();
                Batch batch = batches.poll();
                if (batch != null) {
                    step(batch);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the engine was interrupted: it ends");
        } finally {
            batches.forEach(batch -> fail(batch, StepScheduler.stopping()));
        }
    }

    /** Starts rows while there is room; waits for work when there is none at all. */
    private void admit() throws InterruptedException {
        while (rows < maxRows) {
            Job job = rows == 0 ? queue.poll(1, TimeUnit.SECONDS) : queue.poll();
            if (job == null) {
                return;
            }
            while (!job.allStarted() && rows < maxRows) {
                start(job);
            }
            if (!job.allStarted()) {
                queue.putBack(job);
            }
        }
    }

    private void start(Job job) {
        int index = job.startNext();
        GenerationRequest request = job.request();
        Row row = job.model()
                .loop()
                .start(
                        job.trajectory(),
                        request.seed(),
                        index,
                        job.model().labelNumber(request.label()),
                        request.guidance());
        Batch batch = batches.stream()
                .filter(other -> other.model() == job.model())
                .findFirst()
                .orElseGet(() -> {
                    Batch added = new Batch(job.model(), new ArrayList<>());
                    batches.add(added);
                    return added;
                });
        batch.members().add(new Member(job, index, row));
        rows++;
    }

    private void step(Batch batch) {
        List<Member> members = batch.members();
        long start = System.nanoTime();
        try {
            batch.model().loop().step(members.stream().map(Member::row).toList());
        } catch (RuntimeException e) {
            LOG.errorf(e, "a step of %s failed", batch.model().version());
            fail(batch, e);
            return;
        }
        metrics.stepped(members.size(), System.nanoTime() - start);
        members.forEach(member -> member.job().stepped(members.size()));
        List<Member> done =
                members.stream().filter(member -> member.row().isDone()).toList();
        done.forEach(this::finish);
        members.removeAll(done);
        rows -= done.size();
        if (!members.isEmpty()) {
            batches.add(batch);
        }
    }

    private void finish(Member member) {
        ServedModel model = member.job().model();
        float[] state = model.loop().state(member.row());
        model.loop().remove(member.row());
        for (float value : state) {
            if (!Float.isFinite(value)) {
                member.job().fail(new IllegalStateException(model.version() + " made numbers that are not finite"));
                return;
            }
        }
        member.job()
                .finish(member.index(), Pixels.fromSigned(state, 0, model.channels(), model.height(), model.width()));
    }

    private void fail(Batch batch, Throwable reason) {
        for (Member member : batch.members()) {
            batch.model().loop().remove(member.row());
            member.job().fail(reason);
        }
        rows -= batch.members().size();
    }

    /** Ends the thread after the current step; what was not finished fails. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }
}
