package io.stepwise.data;

import io.stepwise.image.UnreadableImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The pictures in a zip archive, laid out as in a {@link FolderDataset}. Nothing is unpacked to disk; the archive stays
 * open until {@link #close}.
 *
 * <p>An archive may come from a stranger: names that leave the archive, too many entries, and entries that unpack to
 * far more than they take (whatever their headers say) are refused, and so are oversized pictures, by their header.
 */
public final class ZipDataset extends PictureDataset {
    /**
     * What an archive may ask for.
     *
     * @param maxEntries files and folders in the archive
     * @param maxEntryBytes of one unpacked file
     * @param maxRatio unpacked bytes per packed byte of one file; pictures hardly shrink
     */
    public record Limits(int maxEntries, long maxEntryBytes, int maxRatio) {
        /** A million files, 256 MiB each, 200-fold. */
        public static final Limits DEFAULT = new Limits(1_000_000, 256L << 20, 200);

        public Limits {
            if (maxEntries < 1 || maxEntryBytes < 1 || maxEntryBytes > Integer.MAX_VALUE - 8 || maxRatio < 1) {
                throw new IllegalArgumentException("limits " + maxEntries + ", " + maxEntryBytes + ", " + maxRatio
                        + " must be at least 1, maxEntryBytes below 2 GiB");
            }
        }
    }

    /** Small files may shrink as they like. */
    private static final long RATIO_FREE_BYTES = 1 << 20;

    private final Limits limits;
    private final ZipFile zip;
    private final Pictures pictures;

    /**
     * Opens the archive.
     *
     * @throws InvalidDatasetException when it is not a zip archive, is refused, or its layout is wrong
     */
    public ZipDataset(String name, Path archive, Framing framing, OnBroken onBroken, Limits limits) {
        super(name);
        this.limits = limits;
        zip = open(name, archive);
        try {
            PictureIndex index = PictureIndex.of("data set " + name, names(), this::read);
            pictures = new Pictures("data set " + name, index, this::read, framing, onBroken);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static ZipFile open(String name, Path archive) {
        if (!Files.isRegularFile(archive)) {
            throw new InvalidDatasetException("data set " + name + ": there is no file " + archive);
        }
        try {
            return new ZipFile(archive.toFile());
        } catch (IOException e) {
            throw new InvalidDatasetException(
                    "data set " + name + ": not a readable zip archive: " + e.getMessage(), e);
        }
    }

    private List<String> names() {
        if (zip.size() > limits.maxEntries()) {
            throw refused("it has " + zip.size() + " entries, must have at most " + limits.maxEntries());
        }
        Set<String> seen = new HashSet<>();
        List<String> files = new ArrayList<>();
        zip.stream().forEach(entry -> {
            requireInside(entry.getName());
            if (!seen.add(entry.getName())) {
                throw refused("it holds " + entry.getName() + " twice");
            }
            if (!entry.isDirectory()) {
                requireModest(entry);
                files.add(entry.getName());
            }
        });
        return files;
    }

    private void requireInside(String entry) {
        String defect = FileNames.defect(entry);
        if (defect != null) {
            throw refused(defect);
        }
    }

    private void requireModest(ZipEntry entry) {
        long size = entry.getSize();
        if (size > limits.maxEntryBytes()) {
            throw refused(
                    entry.getName() + " unpacks to " + size + " bytes, must be at most " + limits.maxEntryBytes());
        }
        if (size > allowance(entry)) {
            throw refused(entry.getName() + " unpacks to " + size + " bytes from " + entry.getCompressedSize()
                    + ", must be at most " + limits.maxRatio() + "-fold");
        }
    }

    /** How many bytes an entry may unpack to. */
    private long allowance(ZipEntry entry) {
        long byRatio = Math.max(RATIO_FREE_BYTES, entry.getCompressedSize() * limits.maxRatio());
        return Math.min(limits.maxEntryBytes(), byRatio);
    }

    private InvalidDatasetException refused(String reason) {
        return new InvalidDatasetException("data set " + name() + ": the archive is refused: " + reason);
    }

    /** Reads an entry but never more than its allowance: the sizes in the headers may lie. */
    private byte[] read(String file, int most) {
        ZipEntry entry = zip.getEntry(file);
        int allowance = (int) Math.min(allowance(entry), most);
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(allowance);
            if (allowance < most && in.read() >= 0) {
                throw new UnreadableImageException(file + ": unpacks to more than " + allowance + " bytes");
            }
            return bytes;
        } catch (IOException e) {
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
            throw new UncheckedIOException("closing " + zip.getName() + " failed", e);
        }
    }
}
