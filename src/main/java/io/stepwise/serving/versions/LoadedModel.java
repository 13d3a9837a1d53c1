package io.stepwise.serving.versions;

import io.stepwise.repository.ModelVersion;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A version in memory and its number of users: one for the memory that keeps it, and one for every {@link Lease}.
 * Thread-safe.
 *
 * <p>INVARIANT: once the number of users is zero it stays zero; then the version can be closed.
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
     * @param whenIdle is called when the last lease ends, by the thread that ends it
     * @param whenFree is called once when the last lease of a retired version ends, by the thread that ends it
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

    /** The version and its model. */
    public ModelVersion version() {
        return model.version();
    }

    /** Bytes of memory on each device. */
    long bytes() {
        return bytes;
    }

    /** Time of the last lease, in {@link System#nanoTime}. */
    long lastUsed() {
        return lastUsed;
    }

    /** A lease; null if the version is retired and free. */
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

    /** Ends a lease. */
    void release() {
        int left = users.decrementAndGet();
        if (left == 0) {
            whenFree.accept(this);
        } else if (left == 1) {
            whenIdle.accept(this);
        }
    }

    /**
     * Lets {@code whenFree} be called when the last lease ends; true if there is no lease and it can be closed now.
     * Called once, and not after a {@link #retireIfIdle} that returned true.
     */
    boolean retire() {
        return users.decrementAndGet() == 0;
    }

    /**
     * Refuses further leases if there is none now, and returns whether that is so; then it can be closed. Called before
     * {@link #retire}.
     */
    boolean retireIfIdle() {
        return users.compareAndSet(1, 0);
    }

    /** Whether it has no lease. Called before it is retired. */
    boolean isIdle() {
        return users.get() <= 1;
    }

    @Override
    public String toString() {
        return model.toString();
    }
}
