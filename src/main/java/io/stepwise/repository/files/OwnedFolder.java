package io.stepwise.repository.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A hidden folder for files that are not complete yet. One process owns it, by a {@link FolderLock}, until it has
 * renamed {@link #content} to its final name. The lock ends with the process, so {@link #sweep} can tell the leftovers
 * of a crash from the work of a living process, also on a volume that several machines share.
 *
 * <p>Closing deletes what is left.
 */
public final class OwnedFolder implements AutoCloseable {
    private static final String CONTENT = "content";

    private final Path folder;
    private final FolderLock lock;

    private OwnedFolder(Path folder, FolderLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Creates a folder in {@code root}, which exists.
     *
     * @param prefix of its name, such as {@code .upload-}
     */
    public static OwnedFolder in(Path root, String prefix) throws IOException {
        Path folder = Files.createDirectory(root.resolve(prefix + UUID.randomUUID()));
        FolderLock lock = FolderLock.acquire(folder);
        try {
            Files.createDirectory(folder.resolve(CONTENT));
            return new OwnedFolder(folder, lock);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    /** The folder for the files; empty at first. */
    public Path content() {
        return folder.resolve(CONTENT);
    }

    @Override
    public void close() throws IOException {
        try {
            DurableFiles.deleteTree(folder);
        } finally {
            lock.close();
        }
    }

    /**
     * Deletes the folders in {@code root} with this prefix that no living process owns. A folder without a lock is from
     * an earlier version of this program, or was created just now; it is deleted if it was not touched since {@code
     * cutoff}.
     */
    public static void sweep(Path root, String prefix, Instant cutoff) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(root, prefix + "*")) {
            for (Path leftover : leftovers) {
                sweep(leftover, cutoff);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void sweep(Path leftover, Instant cutoff) throws IOException {
        if (!Files.exists(leftover.resolve(FolderLock.FILE))) {
            if (lastTouched(leftover).isBefore(cutoff)) {
                DurableFiles.deleteTree(leftover);
            }
            return;
        }
        Optional<FolderLock> lock = Optional.empty();
        try {
            lock = FolderLock.tryAcquire(leftover);
            if (lock.isPresent()) {
                DurableFiles.deleteTree(leftover);
            }
        } catch (NoSuchFileException e) {
            return; // its owner has just finished
        } finally {
            lock.ifPresent(FolderLock::close);
        }
    }

    /** When something under {@code root} last changed; {@link Instant#MAX} if unknown. */
    public static Instant lastTouched(Path root) throws IOException {
        Instant[] newest = {Instant.MIN};
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                return touched(attributes.lastModifiedTime());
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                return touched(attributes.lastModifiedTime());
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException e) {
                return touched(FileTime.from(Instant.MAX));
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, @Nullable IOException e) {
                return FileVisitResult.CONTINUE;
            }

            private FileVisitResult touched(FileTime time) {
                newest[0] = time.toInstant().isAfter(newest[0]) ? time.toInstant() : newest[0];
                return FileVisitResult.CONTINUE;
            }
        });
        return newest[0];
    }
}
