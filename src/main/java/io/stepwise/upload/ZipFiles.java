package io.stepwise.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The files of a zip archive, one after the other. An archive that arrives is first written to a file, because the list of
 * its entries comes last. That file loses its name as soon as it is open, so nothing of it is left when the archive is
 * closed, or the process dies.
 */
public final class ZipFiles implements IncomingFiles, AutoCloseable {
    private final ArchiveSource source;
    private final UploadLimits limits;
    private @Nullable ZipArchive archive;
    private @Nullable Iterator<ZipArchive.Entry> entries;
    private InputStream current = InputStream.nullInputStream();

    private interface ArchiveSource {
        FileChannel open() throws IOException;
    }

    private ZipFiles(ArchiveSource source, UploadLimits limits) {
        this.source = source;
        this.limits = limits;
    }

    /** The files of an archive of this machine. */
    public static ZipFiles of(Path archive, UploadLimits limits) {
        return new ZipFiles(
                () -> {
                    limits.requireModest(String.valueOf(Files.size(archive)));
                    return FileChannel.open(archive, StandardOpenOption.READ);
                },
                limits);
    }

    /**
     * The files of an archive that arrives. Nothing is read before the first file is asked for.
     *
     * @param body the archive; not closed
     * @param folder exists then; the archive takes up room on its disk
     */
    public static ZipFiles arriving(InputStream body, Path folder, UploadLimits limits) {
        return new ZipFiles(() -> spooled(body, folder), limits);
    }

    private static FileChannel spooled(InputStream body, Path folder) throws IOException {
        FileChannel file;
        try {
            file = FileChannel.open(
                    folder.resolve(".upload-" + UUID.randomUUID()),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw StorageFullException.unless(folder, e);
        }
        try {
            OutputStream out = new DiskOutput(Channels.newOutputStream(file), folder);
            body.transferTo(out);
            return file;
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    @Override
    public @Nullable File next() throws IOException {
        if (entries == null) {
            archive = ZipArchive.open(source.open(), limits.maxFiles(), limits.maxRatio());
            entries = archive.entries().iterator();
        }
        current.transferTo(OutputStream.nullOutputStream()); // its end has to be checked
        current.close();
        current = InputStream.nullInputStream();
        if (!entries.hasNext()) {
            return null;
        }
        ZipArchive.Entry entry = entries.next();
        current = entry.open();
        return new File(entry.name(), current);
    }

    @Override
    public void close() throws IOException {
        current.close();
        if (archive != null) {
            archive.close();
        }
    }
}
