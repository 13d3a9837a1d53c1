package io.stepwise.jobs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
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
 * Which of the services that share a folder of runs looks after them: the one that has the lock of a hidden file there,
 * which names it. When it is gone, however it ended, the next one that asks takes over. For one thread.
 *
 * <p>On a network file system a lock can be lost while it is held: a client that its server hasn't heard of for a while
 * (90 seconds with NFS 4) loses all of them, and is told so only when it next uses the file. So every {@value #EVERY}th
 * question writes the file through to the server. docs/adr/0010 says why this is a file and no lease of Kubernetes.
 */
final class Ownership implements AutoCloseable {
    private static final int EVERY = 10;

    /** Writes that may fail in a row, as on a full disk, before the lock is given up. */
    private static final int FAILURES = 3;

    private final Path runs;
    private @Nullable FileChannel channel;
    private int asked;
    private int failed;

    Ownership(Path runs) {
        this.runs = runs;
    }

    /**
     * Whether it is this one; tries to become it.
     *
     * @throws IOException when that can't be said now
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
            // another supervisor of this process has it, as in tests
        }
        opened.close();
        return false;
    }

    /** Whether the server still agrees; asks it now and then. */
    private boolean confirmed(FileChannel held) throws IOException {
        if (asked++ % EVERY == 0 || failed > 0) {
            try {
                byte[] name = name().getBytes(StandardCharsets.UTF_8);
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

    private static String name() {
        String named = System.getenv("HOSTNAME"); // of a pod its name
        if (named != null && !named.isBlank()) {
            return ProcessHandle.current().pid() + " " + named.strip() + "\n";
        }
        try {
            return ProcessHandle.current().pid() + " "
                    + InetAddress.getLocalHost().getHostName() + "\n";
        } catch (UnknownHostException e) {
            return ProcessHandle.current().pid() + "\n";
        }
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
