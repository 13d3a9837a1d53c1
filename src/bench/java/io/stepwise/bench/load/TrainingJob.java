package io.stepwise.bench.load;

import java.io.IOException;

/** Starts a training job for the benchmark, which does not depend on the way in which the product starts jobs. */
public interface TrainingJob {
    /** Starts a job and returns when it trains. Close the result to end the job. */
    Running start() throws IOException, InterruptedException;

    /** A job that trains. */
    interface Running extends AutoCloseable {
        @Override
        void close() throws IOException, InterruptedException;
    }
}
