package io.stepwise.serving.engine;

import io.stepwise.serving.request.EngineWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Shows the steps of the engines to operators. An engine notes a step after its rows are back in the queue, only while somebody
 * watches, and never waits: a viewer who looks too seldom loses steps.
 */
public final class StepWatch implements EngineWatch {
    /** Steps that are kept for a viewer: some seconds of the fastest models. */
    static final int MOST_KEPT = 1024;

    private final StepScheduler scheduler;
    private final int capacity;
    private final List<Notes> viewers = new CopyOnWriteArrayList<>();

    /** @param capacity images of the queue */
    public StepWatch(StepScheduler scheduler, int capacity) {
        this.scheduler = scheduler;
        this.capacity = capacity;
    }

    /** A step that has ended at a time of the scheduler's clock. It holds nothing of the requests. */
    private record Noted(long ended, Step step) {}

    /** Notes a step that has ended now. */
    void stepped(int engine, Batch batch, long took) {
        if (!viewers.isEmpty()) {
            Noted noted = new Noted(scheduler.now(), step(engine, batch, took));
            viewers.forEach(viewer -> viewer.add(noted));
        }
    }

    @Override
    public int engines() {
        return scheduler.engines();
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public List<Queued> queue(int most) {
        return scheduler.read(backlog -> backlog.first(most, scheduler.now()));
    }

    @Override
    public Viewer view() {
        Notes notes = new Notes();
        viewers.add(notes);
        return notes;
    }

    private final class Notes implements Viewer {
        private final Queue<Noted> kept = new ArrayBlockingQueue<>(MOST_KEPT);
        private final AtomicLong lost = new AtomicLong();

        private void add(Noted step) {
            if (!kept.offer(step)) {
                lost.incrementAndGet();
            }
        }

        @Override
        public Seen look() {
            long now = scheduler.now();
            List<Step> steps = new ArrayList<>();
            for (Noted noted = kept.poll(); noted != null; noted = steps.size() < MOST_KEPT ? kept.poll() : null) {
                steps.add(noted.step.endedBefore(Duration.ofNanos(Math.max(0, now - noted.ended))));
            }
            return new Seen(steps, lost.getAndSet(0));
        }

        @Override
        public void close() {
            viewers.remove(this);
        }
    }

    private static Step step(int engine, Batch batch, long took) {
        Map<Long, Integer> rows = new LinkedHashMap<>();
        for (Batch.Member member : batch.members()) {
            rows.merge(member.job().number(), member.networkRows(), Integer::sum);
        }
        List<Share> shares = new ArrayList<>();
        rows.forEach((request, count) -> shares.add(new Share(request, count)));
        return new Step(
                engine,
                Duration.ZERO,
                Duration.ofNanos(took),
                batch.model().toString(),
                batch.networkRows(),
                batch.model().times().best(),
                shares);
    }
}
