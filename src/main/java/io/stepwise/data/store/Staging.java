package io.stepwise.data.store;

import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.files.OwnedFolder;
import io.stepwise.upload.FileNames;
import io.stepwise.upload.InvalidUploadException;
import io.stepwise.upload.StorageFullException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An upload in progress: a hidden folder {@code .upload-<uuid>} beside the data sets. One rename turns its content into
 * a data set. A crash before the rename leaves only the hidden folder, which {@link #sweep} removes.
 */
record Staging(Path root, OwnedFolder owned, Disk disk) implements AutoCloseable {
    private static final String STAGED = ".upload-";
    private static final String TRASH = ".trash-";

    interface Disk {
        Disk LOCAL = (file, bytes) -> Files.write(file, bytes, StandardOpenOption.CREATE_NEW);

        void write(Path file, byte[] bytes) throws IOException;
    }

    /** Creates a new folder in {@code root}, and {@code root} itself if it does not exist. */
    static Staging in(Path root, Disk disk) throws IOException {
        try {
            Files.createDirectories(root);
            DurableFiles.syncDirectory(root.toAbsolutePath().resolve(".."));
            return new Staging(root, OwnedFolder.in(root, STAGED), disk);
        } catch (IOException e) {
            throw StorageFullException.unless(root, e);
        }
    }

    /**
     * @param name path of the file, {@link FileNames#cleaned cleaned}
     * @throws InvalidUploadException if the file system does not accept the name
     * @throws StorageFullException if the disk is full
     */
    void write(String name, byte[] bytes) throws IOException {
        Path file = FileNames.inside(owned.content(), name);
        try {
            Files.createDirectories(file.resolveSibling(""));
            disk.write(file, bytes);
        } catch (IOException e) {
            throw StorageFullException.unless(root, e);
        }
    }

    /**
     * Turns this upload into a data set in one atomic step.
     *
     * @throws DatasetExistsException if a data set with this name exists by now
     */
    void commit(String name) throws IOException {
        Path target = root.resolve(name);
        try {
            DurableFiles.syncTree(owned.content());
            Files.move(owned.content(), target, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.syncDirectory(root);
        } catch (FileSystemException e) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new DatasetExistsException("there is a data set " + name + " already");
            }
            throw StorageFullException.unless(root, e);
        } catch (IOException e) {
            throw StorageFullException.unless(root, e);
        }
    }

    /** Removes the files that have not become a data set. */
    @Override
    public void close() throws IOException {
        owned.close();
    }

    /**
     * Removes a folder or a file of {@code root}. It is renamed first, so it disappears before its content is deleted.
     */
    static void delete(Path root, Path unwanted) throws IOException {
        Path trash = root.resolve(TRASH + UUID.randomUUID());
        Files.move(unwanted, trash, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(root);
        DurableFiles.deleteTree(trash);
    }

    /**
     * Removes the folders of crashed uploads and the remains of all deletions.
     *
     * @param cutoff folders that an earlier version of this program made must not have changed since then
     */
    static void sweep(Path root, Instant cutoff) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        OwnedFolder.sweep(root, STAGED, cutoff);
        List<Path> leftovers;
        try (Stream<Path> entries = Files.list(root)) {
            leftovers = entries.toList();
        }
        for (Path leftover : leftovers) {
            String name = String.valueOf(leftover.getFileName());
            if (name.startsWith(TRASH)) {
                DurableFiles.deleteTree(leftover);
            }
        }
    }
}
