package io.stepwise.serving.versions;

import io.stepwise.repository.ModelVersion;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A version in memory, and how many use it: one for being loaded, and one for every {@link Lease}. Thread-safe.
 *
 * <p>INVARIANT: once nobody uses it nobody ever will again; then it can be closed.
 */
public final class LoadedModel {
    private final ServedModel model;
    private final long bytes;
    private final Consumer<LoadedModel> whenIdle;
    private final Consumer<LoadedModel> whenFree;
    private final AtomicInteger users = new AtomicInteger(1);
    private volatile long lastUsed = System.nanoTime();

    /**
     * @param bytes of memory on each device
     * @param whenIdle is told when the last lease ends, by the thread that ends it, at once
     * @param whenFree is told the same, once, of a model that was retired before
     */
    public LoadedModel(ServedModel model, long bytes, Consumer<LoadedModel> whenIdle, Consumer<LoadedModel> whenFree) {
        this.model = model;
        this.bytes = bytes;
        this.whenIdle = whenIdle;
        this.whenFree = whenFree;
    }

    ServedModel model() {
        return model;
    }

    /** Which version of which model. */
    public ModelVersion version() {
        return model.version();
    }

    /** Of memory on each device. */
    long bytes() {
        return bytes;
    }

    /** When it was leased last, in {@link System#nanoTime}. */
    long lastUsed() {
        return lastUsed;
    }

    /** The right to use it; null where it is too late for that. */
    @Nullable
    Lease lease() {
        int now;
        do {
            now = users.get();
            if (now == 0) {
                return null;
            }
        } while (!users.compareAndSet(now, now + 1));
        lastUsed = System.nanoTime();
        return new Lease(this);
    }

    /** A lease ends. */
    void release() {
        int left = users.decrementAndGet();
        if (left == 0) {
            whenFree.accept(this);
        } else if (left == 1) {
            whenIdle.accept(this);
        }
    }

    /**
     * Has {@code whenFree} called when the last lease ends; true where there is none, and it can be closed now. Called once,
     * and not after a {@link #retireIfIdle} that was true.
     */
    boolean retire() {
        return users.decrementAndGet() == 0;
    }

    /** Lets nobody use it any more if nobody does; whether it can be closed now. Called before {@link #retire}. */
    boolean retireIfIdle() {
        return users.compareAndSet(1, 0);
    }

    /** Whether it isn't leased, before it was retired. */
    boolean isIdle() {
        return users.get() <= 1;
    }

    @Override
    public String toString() {
        return model.toString();
    }
}
