package io.stepwise.upload;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Writes to a file; fails with a {@link StorageFullException} when that is why. */
final class DiskOutput extends FilterOutputStream {
    private final Path folder;

    /** @param folder on the disk that is written to */
    DiskOutput(OutputStream out, Path folder) {
        super(out);
        this.folder = folder;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw StorageFullException.unless(folder, e);
        }
    }
}
