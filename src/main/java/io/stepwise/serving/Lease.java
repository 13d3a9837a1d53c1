package io.stepwise.serving;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to use a model: it stays in memory until this is closed. Thread-safe; closing it twice does nothing. */
final class Lease implements AutoCloseable {
    private final LoadedModel loaded;
    private final AtomicBoolean closed = new AtomicBoolean();

    Lease(LoadedModel loaded) {
        this.loaded = loaded;
    }

    ServedModel model() {
        return loaded.model();
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            loaded.release();
        }
    }
}
