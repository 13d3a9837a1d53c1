package io.stepwise.serving.request;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The engines at work, as operators see them. Thread-safe. While nobody watches, it costs a step one read of memory. */
public interface EngineWatch {
    /** How many engines compute side by side. */
    int engines();

    /** The most images that requests in the queue may have. */
    int capacity();

    /** The first {@code most} requests that are accepted and not over, in the order in which they go. */
    List<Queued> queue(int most);

    /** Begins to watch; the caller closes the result. */
    Viewer view();

    /**
     * A step of an engine.
     *
     * @param engine its number, from 0
     * @param ago how long ago it ended
     * @param took how long it took
     * @param model and version that computed it
     * @param rows of the network's batch
     * @param best the number of rows at which the model is run when there is enough to do
     * @param shares of the requests whose rows took it together
     */
    record Step(int engine, Duration ago, Duration took, String model, int rows, int best, List<Share> shares) {
        public Step {
            shares = List.copyOf(shares);
        }

        /** The same step, seen that long after its end. */
        public Step endedBefore(Duration time) {
            return new Step(engine, time, took, model, rows, best, shares);
        }
    }

    /** How many rows of a step belong to a request. */
    record Share(long request, int rows) {}

    /**
     * A request in the queue.
     *
     * @param id its number, in the order of arrival
     * @param model and version that make its images
     * @param label null for any
     * @param images it asks for
     * @param steps it asks for
     * @param rowsLeft rows of the network that are still to be computed
     * @param waited since it arrived
     * @param begun whether it has taken a step
     */
    record Queued(
            long id,
            String model,
            @Nullable String label,
            int images,
            int steps,
            int priority,
            long rowsLeft,
            Duration waited,
            boolean begun) {}

    /**
     * Steps since the last look.
     *
     * @param steps in the order in which they ended
     * @param lost steps that could not be kept, because nobody looked for too long
     */
    record Seen(List<Step> steps, long lost) {}

    /** Somebody who watches. For one thread at a time. */
    interface Viewer extends AutoCloseable {
        /** What was seen since the last call; does not wait. */
        Seen look();

        @Override
        void close();
    }
}
