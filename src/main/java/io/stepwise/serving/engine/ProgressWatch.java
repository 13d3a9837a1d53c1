package io.stepwise.serving.engine;

import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.GenerationListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells a {@link GenerationListener} how its job goes on. Engines tell this object, which takes them no longer than to copy
 * an estimate from the device; workers tell the listener.
 *
 * <p>INVARIANT: one thread at a time is in the listener, in the order of the steps; none after {@link #end}.
 */
public final class ProgressWatch {
    private static final int MOST_WAITING = 64;

    private final GenerationListener listener;
    private final long steps;
    private final Function<Estimate, GeneratedImage> picture;
    private final Executor workers;
    private final Object told = new Object();
    private final Deque<Estimate> waiting = new ArrayDeque<>(); // guarded by itself, as the next two
    private long done;
    private boolean coming;
    private long lastDone; // guarded by told
    private volatile boolean ended;

    /**
     * What an image is taken to be.
     *
     * @param index of the image
     * @param step steps that were taken for it
     * @param state [C,H,W] in about [-1,1]
     */
    public record Estimate(int index, int step, float[] state) {}

    /**
     * @param steps of all images together
     * @param picture makes pictures of estimates
     * @param workers tell the listener
     */
    public ProgressWatch(
            GenerationListener listener, long steps, Function<Estimate, GeneratedImage> picture, Executor workers) {
        this.listener = listener;
        this.steps = steps;
        this.picture = picture;
        this.workers = workers;
    }

    /** An engine has taken a row of the job one step further, and still has it. */
    void stepped(Batch.Member member, Stepper stepper) {
        int every = listener.previewEvery();
        int taken = member.row().stepsTaken();
        boolean shown = every > 0 && taken % every == 0 && !member.row().isDone();
        Estimate estimate = shown ? new Estimate(member.index(), taken, stepper.estimate(member.row())) : null;
        boolean first;
        synchronized (waiting) {
            done++;
            if (estimate != null) {
                if (waiting.size() == MOST_WAITING) {
                    waiting.removeFirst();
                }
                waiting.add(estimate);
            }
            first = !coming;
            coming = true;
        }
        if (first) {
            try {
                workers.execute(this::tell);
            } catch (RejectedExecutionException e) {
                return; // the service stops, and fails the job
            }
        }
    }

    private void tell() {
        synchronized (told) {
            long now;
            synchronized (waiting) {
                coming = false;
                now = done;
            }
            for (Estimate next = next(); next != null && !ended; next = next()) {
                listener.previewed(picture.apply(next), next.step());
            }
            if (!ended && now > lastDone) {
                lastDone = now;
                listener.progressed(now, steps);
            }
        }
    }

    private @Nullable Estimate next() {
        synchronized (waiting) {
            return waiting.poll();
        }
    }

    /** Tells what is left to tell, and nothing after that. */
    public void end() {
        synchronized (told) {
            tell();
            ended = true;
        }
    }

    /** Tells no more; the listener may be in a call. */
    public void stop() {
        ended = true;
    }
}
