package io.stepwise.bench.load;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepwise.serving.request.Generator;
import java.io.IOException;

/** A way of serving that runs in this process. Closing it ends its threads. */
public interface ServingSystem extends AutoCloseable {
    /** The name for reports, for example {@code step-level}. */
    String name();

    /** Accepts requests until this system is closed. */
    Generator generator();

    @Override
    void close();

    /** Starts the product's scheduler; the benchmark does not depend on its wiring. */
    interface Opener {
        /**
         * Starts a system that serves the benchmark's model to requests without a model name.
         *
         * @param workers its share of the processor
         * @param registry for its metrics: {@code stepwise.step.rows}, the rows of every step, and {@code
         *     stepwise.engine.batch}, the batch size that its engines chose
         */
        ServingSystem open(Workers workers, MeterRegistry registry) throws IOException;
    }
}
