package io.stepwise.serving.versions;

import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A file {@code .loading-<number>} beside a version while a process loads it. It is durable before the load begins, and
 * locked while the load runs. It is deleted when the load ends, well or not, and when the process is told to end. So a file
 * without a lock was left by a process that died, and the number in it says how often in a row.
 *
 * <p>Where files can't be written or locked there are no marks, and loading goes on without them. Closing a mark deletes
 * the file.
 */
final class LoadMark implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LoadMark.class);
    private static final int MOST_DIGITS = 9;

    private final Path file;
    private final @Nullable FileChannel channel;

    private LoadMark(Path file, @Nullable FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** How many processes in a row died while they loaded {@code version}. */
    static int deaths(ModelVersion version) {
        Path file = file(version);
        if (!Files.exists(file)) {
            return 0;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return lock(channel) == null ? 0 : read(channel);
        } catch (IOException e) {
            LOG.debugf(e, "%s can't be read", file);
            return 0;
        }
    }

    /** Marks {@code version} as being loaded by this process. */
    static LoadMark set(ModelVersion version) {
        Path file = file(version);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (lock(channel) != null) {
                byte[] loads = String.valueOf(read(channel) + 1).getBytes(StandardCharsets.US_ASCII);
                DurableFiles.writeAll(channel.position(0), ByteBuffer.wrap(loads));
                channel.force(true);
                file.toFile().deleteOnExit(); // a process that is told to end does not die of the version
                DurableFiles.syncDirectory(version.folder().resolveSibling(""));
                return new LoadMark(file, channel);
            }
        } catch (IOException e) {
            LOG.debugf(e, "%s can't be written", file);
        }
        close(channel);
        return new LoadMark(file, null);
    }

    private static Path file(ModelVersion version) {
        return version.folder().resolveSibling(".loading-" + version.number());
    }

    /** Null if another process, or another service in this one, holds the lock. */
    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static int read(FileChannel channel) throws IOException {
        byte[] digits = Channels.newInputStream(channel).readNBytes(MOST_DIGITS);
        String text = new String(digits, StandardCharsets.US_ASCII);
        return text.matches("[0-9]+") ? Integer.parseInt(text) : 0;
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warnf(e, "%s can't be deleted", file);
            }
            close(channel);
        }
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.debug("a mark can't be closed", e);
        }
    }

    /** The process died while it loaded a version, so the version is left alone for a while. */
    static final class DiedException extends IOException {
        private static final Duration FIRST = Duration.ofSeconds(10);
        private static final Duration LONGEST = Duration.ofHours(1);
        private static final int GROWTH = 6;

        private final Duration pause;

        /** @param deaths how often in a row, 1 or more; each makes the pause longer */
        DiedException(ModelVersion version, int deaths) {
            this(version, deaths, pause(deaths));
        }

        private DiedException(ModelVersion version, int deaths, Duration pause) {
            super("the service died while it loaded this version, " + deaths
                    + " times in a row; it is tried again after " + pause.toSeconds()
                    + " s, or at once with PUT /models/" + version.model() + "/served");
            this.pause = pause;
        }

        static Duration pause(int deaths) {
            double seconds = FIRST.toSeconds() * Math.pow(GROWTH, deaths - 1.0);
            return Duration.ofSeconds((long) Math.min(LONGEST.toSeconds(), seconds));
        }

        /** How long the version is left alone. */
        Duration pause() {
            return pause;
        }
    }
}
