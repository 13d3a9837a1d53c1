package io.stepwise.bench.load;

import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.torchscript.NativeThreads;
import java.util.concurrent.ThreadFactory;

/**
 * The share of the processor that every system under test gets.
 *
 * @param engines threads that compute in parallel, at least 1
 * @param threads native threads of each engine, at least 1
 */
public record Workers(int engines, int threads) {
    public Workers {
        check("engines", engines);
        check("threads", threads);
    }

    /** The same share as settings for the product's model loader, which has no queue. */
    EngineSettings settings() {
        return new EngineSettings(engines, threads, 16, 1, EngineSettings.DEFAULT_STRETCH);
    }

    /** Creates daemon threads that each compute with {@link #threads} native threads. */
    ThreadFactory factory(String name) {
        return task -> {
            Thread thread = new Thread(
                    () -> {
                        NativeThreads.ofThisThread(threads);
                        task.run();
                    },
                    name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static void check(String name, int value) {
        if (value < 1 || value > 1024) {
            throw new IllegalArgumentException(name + " " + value + " must be 1 … 1024");
        }
    }
}
