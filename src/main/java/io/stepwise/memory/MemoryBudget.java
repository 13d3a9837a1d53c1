package io.stepwise.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of the heap that the bodies, decoded pictures and uploads of all requests may take together. Each limit of a
 * single request holds besides. Nothing waits here: what doesn't fit now is refused, and the client is told to come again.
 *
 * <p>The last eighth is for small amounts, at most a 1024th of the budget each, so that large bodies don't keep small
 * requests out. Thread-safe.
 */
public final class MemoryBudget {
    private static final int RESERVE = 8;
    private static final int SMALL = 1024;
    private static final int SHARE_OF_HEAP = 3;

    private final long size;
    private final AtomicLong used = new AtomicLong();

    /** @param size bytes, at least 1 */
    public MemoryBudget(long size) {
        if (size < 1) {
            throw new IllegalArgumentException("size " + size + " must be at least 1");
        }
        this.size = size;
    }

    /** The default size in bytes: a third of this JVM's largest heap. */
    public static long sizeHere() {
        return Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
    }

    /**
     * Takes {@code bytes}, at least 0, until the lease is closed by the caller.
     *
     * @throws MemoryBudgetException if they are not free
     */
    public Lease acquire(long bytes) {
        Lease lease = new Lease();
        lease.resize(bytes);
        return lease;
    }

    /** The bytes of all requests together. */
    public long size() {
        return size;
    }

    /** The bytes that are taken now. */
    public long used() {
        return used.get();
    }

    /** The most bytes that may be taken in all once a lease has grown to {@code bytes}. */
    private long most(long bytes) {
        return bytes <= size / SMALL ? size : size - size / RESERVE;
    }

    private void take(long more, long total) {
        long most = most(total);
        long before;
        do {
            before = used.get();
            if (more > most - before) {
                throw new MemoryBudgetException(total, most, before);
            }
        } while (!used.compareAndSet(before, before + more));
    }

    /** Bytes that are taken from the budget. Closing it again does nothing. Thread-safe. */
    public final class Lease implements AutoCloseable {
        private long bytes;
        private boolean closed;

        private Lease() {}

        /**
         * Changes the lease to {@code total} bytes. Does nothing if it is closed.
         *
         * @param total at least 0
         * @throws MemoryBudgetException if it grows and that is not free; the lease then stays as it is
         */
        public synchronized void resize(long total) {
            if (total < 0) {
                throw new IllegalArgumentException("total " + total + " must be at least 0");
            }
            if (closed) {
                return;
            }
            if (total > bytes) {
                take(total - bytes, total);
            } else {
                used.addAndGet(total - bytes);
            }
            bytes = total;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                used.addAndGet(-bytes);
            }
        }
    }
}
