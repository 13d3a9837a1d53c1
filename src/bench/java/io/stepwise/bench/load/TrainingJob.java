package io.stepwise.bench.load;

import java.io.IOException;

/** A training job for the benchmark, which does not know how the product starts its own. */
public interface TrainingJob {
    /** Starts it and returns when it trains; closing what is returned ends it. */
    Running start() throws IOException, InterruptedException;

    /** A job that trains. */
    interface Running extends AutoCloseable {
        @Override
        void close() throws IOException, InterruptedException;
    }
}
