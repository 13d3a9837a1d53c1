package io.stepwise.jobs;

import io.stepwise.training.run.RunLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of the services that share a folder of runs supervises them: the one that holds the lock of a hidden
 * file there, which names it. When it has ended, in whatever way, the next service that asks takes over. Used by one
 * thread.
 *
 * <p>On a network file system a lock can be lost while it is held: a client that its server has not heard from for some
 * time (90 seconds with NFS 4) loses all locks, and learns that only when it next uses the file. So every {@value
 * #EVERY}th call writes the file through to the server. docs/adr/0010 explains why this is a file and not a Lease of
 * Kubernetes.
 */
final class Ownership implements AutoCloseable {
    private static final int EVERY = 10;

    /** Number of writes that may fail in a row, for example on a full disk, before the lock is given up. */
    private static final int FAILURES = 3;

    private final Path runs;
    private @Nullable FileChannel channel;
    private int asked;
    private int failed;

    Ownership(Path runs) {
        this.runs = runs;
    }

    /**
     * Whether this service is the owner; tries to become it.
     *
     * @throws IOException when that is unknown now
     */
    boolean isOurs() throws IOException {
        FileChannel held = channel;
        if (held != null) {
            return confirmed(held);
        }
        Files.createDirectories(runs);
        FileChannel opened =
                FileChannel.open(runs.resolve(".supervisor"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            FileLock lock = opened.tryLock();
            if (lock != null) {
                channel = opened;
                asked = 0;
                failed = 0;
                return confirmed(opened);
            }
        } catch (OverlappingFileLockException ofThisProcess) {
            // another supervisor in this process has it, as in tests
        }
        opened.close();
        return false;
    }

    /** Whether the server still holds our lock; asks it from time to time. */
    private boolean confirmed(FileChannel held) throws IOException {
        if (asked++ % EVERY == 0 || failed > 0) {
            try {
                String holder = ProcessHandle.current().pid() + " " + RunLock.hostName() + "\n";
                byte[] name = holder.getBytes(StandardCharsets.UTF_8);
                held.write(ByteBuffer.wrap(name), 0);
                held.truncate(name.length);
                held.force(false);
                failed = 0;
            } catch (IOException e) {
                failed++;
                if (failed >= FAILURES) {
                    close();
                }
                throw e;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        FileChannel held = channel;
        channel = null;
        if (held != null) {
            held.close();
        }
    }
}
