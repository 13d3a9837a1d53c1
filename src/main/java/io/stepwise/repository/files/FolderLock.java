package io.stepwise.repository.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder that one thread of one process has for itself, among all that ask in this way: a lock on its file {@value
 * #FILE}. The operating system gives it back when the process ends, however it ends. The file stays.
 *
 * <p>INVARIANT: of all folders in {@link #HELD} this process has the lock file open once, and of no others; on POSIX
 * systems, closing a second channel of the file would give the lock away.
 *
 * <p>By hand, as {@link java.nio.channels.FileLock} excludes other processes only, not the threads of this one.
 */
public final class FolderLock implements AutoCloseable {
    public static final String FILE = ".lock";

    private static final Set<Path> HELD = new HashSet<>(); // guarded by itself

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Waits until the folder is free. The caller closes the lock.
     *
     * @throws IOException when the folder does not exist or cannot be written to
     */
    public static FolderLock acquire(Path folder) throws IOException {
        Path real = folder.toRealPath();
        synchronized (HELD) {
            while (HELD.contains(real)) {
                awaitChange();
            }
            HELD.add(real);
        }
        return lock(real, true).orElseThrow(() -> new IOException(real + " was not waited for"));
    }

    /**
     * Takes the folder if it is free; empty when another thread or process has it.
     *
     * @throws IOException when the folder does not exist or cannot be written to
     */
    public static Optional<FolderLock> tryAcquire(Path folder) throws IOException {
        Path real = folder.toRealPath();
        synchronized (HELD) {
            if (!HELD.add(real)) {
                return Optional.empty();
            }
        }
        return lock(real, false);
    }

    /** Of a folder that was just added to {@link #HELD}, and is taken out again unless it is locked on return. */
    private static Optional<FolderLock> lock(Path real, boolean wait) throws IOException {
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(real.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = (wait ? channel.lock() : channel.tryLock()) != null;
            return locked ? Optional.of(new FolderLock(real, channel)) : Optional.empty();
        } finally {
            if (!locked) {
                release(real, channel);
            }
        }
    }

    private static void awaitChange() throws InterruptedIOException {
        try {
            HELD.wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a folder");
        }
    }

    /** Closing gives the lock back. */
    private static void release(Path folder, @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // a file of which nothing is read or written; its descriptor is gone all the same, and the lock with it
        }
        synchronized (HELD) {
            HELD.remove(folder);
            HELD.notifyAll();
        }
    }

    @Override
    public void close() {
        release(folder, channel);
    }
}
