package io.stepwise.jobs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Which of the services that share a folder of runs looks after them: the one that has the lock of a hidden file there.
 * When it is gone, however it ended, the next one that asks takes over. For one thread.
 */
final class Ownership implements AutoCloseable {
    private final Path runs;
    private @Nullable FileChannel channel;

    Ownership(Path runs) {
        this.runs = runs;
    }

    /** Whether it is this one; tries to become it. */
    boolean isOurs() throws IOException {
        if (channel != null) {
            return true;
        }
        Files.createDirectories(runs);
        FileChannel opened =
                FileChannel.open(runs.resolve(".supervisor"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            FileLock lock = opened.tryLock();
            if (lock != null) {
                channel = opened;
                return true;
            }
        } catch (OverlappingFileLockException ofThisProcess) {
            // another supervisor of this process has it, as in tests
        }
        opened.close();
        return false;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
