package io.stepwise.data;

import io.stepwise.image.UnreadableImageException;
import io.stepwise.upload.FileNames;
import io.stepwise.upload.InvalidUploadException;
import io.stepwise.upload.UploadTooLargeException;
import io.stepwise.upload.ZipArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The pictures in a zip archive, with the same layout as a {@link FolderDataset}. Files are not unpacked to disk. The
 * archive stays open until {@link #close}.
 *
 * <p>An archive may come from an untrusted source. Archives that an upload would refuse are refused here too, see
 * {@link ZipArchive}: names that point outside the archive, too many files, and files with a too high compression
 * ratio. Pictures that are too large are refused after their header is read.
 */
public final class ZipDataset extends PictureDataset {
    /**
     * Limits for an archive.
     *
     * @param maxFiles largest number of files in the archive, and separately of folders
     * @param maxFileBytes bytes of one unpacked file
     * @param maxRatio unpacked bytes per packed byte of one file; pictures hardly shrink
     */
    public record Limits(int maxFiles, long maxFileBytes, int maxRatio) {
        /** One million files, 256 MiB per file, ratio 200. */
        public static final Limits DEFAULT = new Limits(1_000_000, 256L << 20, 200);

        public Limits {
            if (maxFiles < 1 || maxFileBytes < 1 || maxFileBytes > Integer.MAX_VALUE - 8 || maxRatio < 1) {
                throw new IllegalArgumentException("limits " + maxFiles + ", " + maxFileBytes + ", " + maxRatio
                        + " must be at least 1, maxFileBytes below 2 GiB");
            }
        }
    }

    private final ZipArchive zip;
    private final Map<String, ZipArchive.Entry> files = new HashMap<>();
    private final Pictures pictures;

    /**
     * @throws InvalidDatasetException if the file is not a zip archive, is refused, or has a wrong layout
     */
    public ZipDataset(String name, Path archive, Framing framing, Limits limits) {
        super(name);
        zip = open(name, archive, limits);
        try {
            zip.entries().forEach(entry -> add(entry, limits));
            PictureIndex index = PictureIndex.of("data set " + name, files.keySet(), this::read);
            pictures = new Pictures(index, this::read, framing);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static ZipArchive open(String name, Path archive, Limits limits) {
        if (!Files.isRegularFile(archive)) {
            throw new InvalidDatasetException("data set " + name + ": there is no file " + archive);
        }
        try {
            return ZipArchive.open(archive, limits.maxFiles(), limits.maxRatio());
        } catch (InvalidUploadException e) {
            throw new InvalidDatasetException("data set " + name + ": " + e.getMessage(), e);
        } catch (UploadTooLargeException e) {
            throw new InvalidDatasetException(
                    "data set " + name + ": the archive must have at most " + limits.maxFiles() + " files", e);
        } catch (IOException e) {
            throw new InvalidDatasetException(
                    "data set " + name + ": " + archive + " can't be read: " + e.getMessage(), e);
        }
    }

    private void add(ZipArchive.Entry entry, Limits limits) {
        String file;
        try {
            if (entry.isFolder()) {
                FileNames.requireHarmless(entry.name());
                return;
            }
            file = FileNames.cleaned(entry.name());
        } catch (InvalidUploadException e) {
            throw new InvalidDatasetException("data set " + name() + ": " + e.getMessage(), e);
        }
        if (entry.size() > limits.maxFileBytes()) {
            throw refused(file + " unpacks to " + entry.size() + " bytes, must be at most " + limits.maxFileBytes());
        }
        if (files.put(file, entry) != null) {
            throw refused("it holds " + file + " twice");
        }
    }

    private InvalidDatasetException refused(String reason) {
        return new InvalidDatasetException("data set " + name() + ": the archive is refused: " + reason);
    }

    private byte[] read(String file, int most) {
        try (InputStream in = Objects.requireNonNull(files.get(file)).open()) {
            return in.readNBytes(most);
        } catch (IOException | InvalidUploadException e) {
            throw new UnreadableImageException(file + ": cannot be unpacked: " + e.getMessage(), e);
        }
    }

    @Override
    public Pictures pictures() {
        return pictures;
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing the archive of data set " + name() + " failed", e);
        }
    }
}
