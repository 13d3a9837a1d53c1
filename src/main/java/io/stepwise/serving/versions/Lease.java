package io.stepwise.serving.versions;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to use a model: it stays in memory until this is closed. Thread-safe; closing it twice does nothing. */
public final class Lease implements AutoCloseable {
    private final LoadedModel loaded;
    private final AtomicBoolean closed = new AtomicBoolean();

    public Lease(LoadedModel loaded) {
        this.loaded = loaded;
    }

    public ServedModel model() {
        return loaded.model();
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            loaded.release();
        }
    }
}
