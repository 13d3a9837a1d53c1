package io.stepwise.data.store;

import io.stepwise.data.FileNames;
import io.stepwise.data.InvalidDatasetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes files that arrive to a folder as they are, within the limits of uploads: for what is no data set. Hidden files
 * are passed over. For one upload and one thread.
 *
 * <p>INVARIANT: nothing is written outside the folder, and no file is written twice.
 */
public final class FolderIntake {
    private final Path folder;
    private final long maxBytes;
    private final int maxFiles;
    private final FileNames names = new FileNames();
    private final byte[] piece = new byte[1 << 16];
    private int files;
    private long unpacked;

    /**
     * @param folder exists, and stays the caller's
     * @param maxBytes of all files together
     * @param maxFiles how many there may be
     */
    public FolderIntake(Path folder, long maxBytes, int maxFiles) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
    }

    /**
     * Takes everything up to the end. When this throws, the folder may hold a part of it.
     *
     * @throws InvalidDatasetException when a name or the form of the upload is refused
     * @throws UploadTooLargeException when there is too much of it
     * @throws BrokenOffException when the sender leaves
     * @throws StorageFullException when there is no room
     */
    public void takeAll(IncomingFiles incoming) throws IOException {
        for (IncomingFiles.File file = incoming.next(); file != null; file = incoming.next()) {
            if (++files > maxFiles) {
                throw new UploadTooLargeException("the upload must have at most " + maxFiles + " files");
            }
            if (file.name().endsWith("/")) {
                PictureIntake.requireHarmless(file.name());
            } else {
                take(FileNames.cleaned(file.name()), file.content());
            }
        }
    }

    private void take(String name, InputStream content) throws IOException {
        if (FileNames.isHidden(name)) {
            copy(content, OutputStream.nullOutputStream());
            return;
        }
        names.add(name);
        try (OutputStream out = create(name)) {
            copy(content, out);
        }
    }

    private OutputStream create(String name) throws IOException {
        Path file = Staging.inside(folder, name);
        try {
            Files.createDirectories(file.resolveSibling(""));
            return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw Staging.told(folder, e);
        }
    }

    private void copy(InputStream content, OutputStream out) throws IOException {
        for (int read = content.read(piece); read >= 0; read = content.read(piece)) {
            unpacked += read;
            if (unpacked > maxBytes) {
                throw new UploadTooLargeException("the upload must unpack to at most " + maxBytes + " bytes");
            }
            try {
                out.write(piece, 0, read);
            } catch (IOException e) {
                throw Staging.told(folder, e);
            }
        }
    }
}
