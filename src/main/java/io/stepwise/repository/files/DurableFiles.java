package io.stepwise.repository.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files that survive a crash: a reader finds the old content or the whole new content, never a part, and what a method has
 * returned from stays after a power failure (file and directory are fsynced).
 *
 * <p>By hand, as {@link Files} and the libraries over it rename without an fsync of file and directory.
 */
public final class DurableFiles {
    private static final Pattern BESIDE =
            Pattern.compile("\\.(.+)\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

    private DurableFiles() {}

    public interface Content {
        /** Writes to {@code channel}, from the file's beginning; does not close it. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /** Writes {@code content} beside {@code target}, fsyncs it and renames it onto {@code target} atomically. */
    public static void replace(Path target, Content content) throws IOException {
        Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent(), "target has no folder");
        Path beside = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(beside, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, beside);
            throw e;
        }
        syncDirectory(folder);
    }

    /**
     * Deletes what {@link #replace(Path, Content)} left in {@code folder} when its process was killed; nothing when the
     * folder isn't there.
     *
     * @param target tells, by its name, a file that nobody is replacing now
     */
    public static void sweep(Path folder, Predicate<String> target) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                Matcher name = BESIDE.matcher(String.valueOf(entry.getFileName()));
                if (name.matches() && target.test(name.group(1))) {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** {@link #deleteTree} after a failure; a failure of the deletion does not hide the first one. */
    public static void deleteAfter(Throwable failure, Path root) {
        try {
            deleteTree(root);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** {@link #replace(Path, Content)} with these bytes. */
    public static void replace(Path target, byte[] content) throws IOException {
        replace(target, channel -> writeAll(channel, ByteBuffer.wrap(content)));
    }

    /** Makes the names in {@code folder} durable; does nothing if the system cannot open directories. */
    public static void syncDirectory(Path folder) throws IOException {
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes every file and folder under {@code root}, and {@code root} itself, durable. */
    public static void syncTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.force(true);
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                syncDirectory(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Deletes {@code root} and what is under it, following no links; does nothing if it does not exist. */
    public static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            /** Someone else deletes it too. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    public static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
