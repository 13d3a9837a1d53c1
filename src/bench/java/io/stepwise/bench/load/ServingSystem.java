package io.stepwise.bench.load;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepwise.serving.request.Generator;
import java.io.IOException;

/** One way of serving, running in this process. Closing it ends its threads. */
public interface ServingSystem extends AutoCloseable {
    /** For reports, such as {@code step-level}. */
    String name();

    /** Takes requests until this is closed. */
    Generator generator();

    @Override
    void close();

    /** Starts the product's own scheduler, whose wiring the benchmark does not know. */
    interface Opener {
        /**
         * A system that serves the benchmark's model to requests which name none.
         *
         * @param workers its share of the processor
         * @param registry where it counts: {@code stepwise.step.rows}, rows of every step, and
         *     {@code stepwise.engine.batch}, the batch size its engines chose
         */
        ServingSystem open(Workers workers, MeterRegistry registry) throws IOException;
    }
}
