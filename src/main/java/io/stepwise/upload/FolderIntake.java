package io.stepwise.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes the files of an upload to a folder, unchanged and within the limits. Skips hidden files. For one upload and one
 * thread.
 *
 * <p>INVARIANT: nothing is written outside the folder, and no file is written twice.
 */
public final class FolderIntake {
    private final Path folder;
    private final UploadLimits limits;
    private final FileNames names = new FileNames();
    private final byte[] piece = new byte[1 << 16];
    private int files;
    private long unpacked;

    /** @param folder exists, and stays the caller's */
    public FolderIntake(Path folder, UploadLimits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    /**
     * Takes everything up to the end. When this throws, the folder may hold a part of it.
     *
     * @throws InvalidUploadException when a name or the form of the upload is refused
     * @throws UploadTooLargeException when there is too much of it
     * @throws BrokenOffException when the sender leaves
     * @throws StorageFullException when there is no room
     */
    public void takeAll(IncomingFiles incoming) throws IOException {
        for (IncomingFiles.File file = incoming.next(); file != null; file = incoming.next()) {
            if (++files > limits.maxFiles()) {
                throw new UploadTooLargeException("the upload must have at most " + limits.maxFiles() + " files");
            }
            if (file.name().endsWith("/")) {
                FileNames.requireHarmless(file.name());
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
        Path file = FileNames.inside(folder, name);
        try {
            Files.createDirectories(file.resolveSibling(""));
            OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new DiskOutput(out, folder);
        } catch (IOException e) {
            throw StorageFullException.unless(folder, e);
        }
    }

    private void copy(InputStream content, OutputStream out) throws IOException {
        for (int read = content.read(piece); read >= 0; read = content.read(piece)) {
            unpacked += read;
            if (unpacked > limits.maxBytes()) {
                throw new UploadTooLargeException("the upload must unpack to at most " + limits.maxBytes() + " bytes");
            }
            out.write(piece, 0, read);
        }
    }
}
