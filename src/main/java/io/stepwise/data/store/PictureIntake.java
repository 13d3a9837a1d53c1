package io.stepwise.data.store;

import io.stepwise.data.FileKind;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.LabelsCsv;
import io.stepwise.data.OnBroken;
import io.stepwise.data.PictureIndex;
import io.stepwise.data.PictureSize;
import io.stepwise.data.PictureTally;
import io.stepwise.image.ImageReading;
import io.stepwise.image.PictureFormat;
import io.stepwise.image.Pixels;
import io.stepwise.image.UnreadableImageException;
import io.stepwise.memory.MemoryBudgetException;
import io.stepwise.upload.FileNames;
import io.stepwise.upload.IncomingFiles;
import io.stepwise.upload.InvalidUploadException;
import io.stepwise.upload.UploadTooLargeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Receives the files of one upload. It checks every picture by decoding it once, and writes its bytes unchanged to the
 * staging folder. It holds one picture in memory at a time. Not threadsafe.
 *
 * <p>INVARIANT: the staging folder contains only readable pictures with safe names.
 */
final class PictureIntake {
    /** The largest number of ignored files whose names are kept; all are counted. */
    static final int MAX_NAMED = 100;

    private static final Duration MOST_WAIT = Duration.ofSeconds(30);

    private static final Set<String> ARCHIVES = Set.of("zip", "tar", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar");

    private final Staging staging;
    private final PictureLimits limits;
    private final OnBroken onBroken;
    private final FileNames names = new FileNames();
    private final byte[] passedOver = new byte[1 << 14];
    private final PictureTally tally = new PictureTally();
    private final List<String> pictures = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();
    private final Set<String> folders = new TreeSet<>(Set.of(""));
    private final SortedMap<String, LabelsCsv> labels = new TreeMap<>();
    private byte[] labelsFile = new byte[0];
    private int ignoredCount;
    private int files;
    private long unpacked;
    private long written;

    PictureIntake(Staging staging, PictureLimits limits, OnBroken onBroken) {
        this.staging = staging;
        this.limits = limits;
        this.onBroken = onBroken;
    }

    /**
     * @throws InvalidUploadException if a name is refused
     * @throws InvalidDatasetException if the form of the upload is refused
     * @throws UploadTooLargeException if the upload exceeds a limit
     */
    void takeAll(IncomingFiles incoming) throws IOException {
        for (IncomingFiles.File file = incoming.next(); file != null; file = incoming.next()) {
            if (file.name().endsWith("/")) {
                FileNames.requireHarmless(file.name());
            } else {
                byte[] beginning = file.content().readNBytes(PictureFormat.BEGINNING);
                PushbackInputStream whole = new PushbackInputStream(file.content(), PictureFormat.BEGINNING);
                whole.unread(beginning);
                boolean isPicture = PictureFormat.of(beginning).isPresent();
                take(FileNames.cleaned(file.name()), isPicture, whole);
            }
        }
    }

    /**
     * @param isPicture whether its first bytes are those of a picture, regardless of its name
     */
    private void take(String name, boolean isPicture, InputStream content) throws IOException {
        if (++files > limits.upload().maxFiles()) {
            throw new UploadTooLargeException(
                    "the upload must have at most " + limits.upload().maxFiles() + " files");
        }
        FileKind kind = FileKind.of(Upload.SOURCE, name, () -> isPicture);
        if (kind != FileKind.HIDDEN && ARCHIVES.contains(PictureIndex.extension(name))) {
            throw new InvalidDatasetException("the upload is refused: it holds an archive, " + FileNames.shown(name)
                    + "; send one archive, as the body, with the pictures in it");
        }
        switch (kind) {
            case HIDDEN -> passOver(content);
            case LABELS -> {
                names.add(name);
                takeLabels(name, content);
            }
            case PICTURE -> {
                names.add(name);
                takePicture(name, content);
            }
            case OTHER -> {
                passOver(content);
                ignore(name);
            }
        }
    }

    private void takePicture(String name, InputStream content) throws IOException {
        byte[] file = content.readNBytes(
                (int) Math.min(limits.maxPictureBytes(), limits.upload().maxBytes() - unpacked) + 1);
        count(file.length);
        passOver(content);
        if (file.length > limits.maxPictureBytes()) {
            reject(name, "the file has more than " + limits.maxPictureBytes() + " bytes");
            return;
        }
        try {
            Pixels pixels = decoded(file);
            tally.sound(new PictureSize(pixels.width(), pixels.height()));
        } catch (UnreadableImageException e) {
            reject(name, String.valueOf(e.getMessage()));
            return;
        }
        pictures.add(name);
        if (onBroken == OnBroken.SKIP || broken.isEmpty()) { // a refused upload is only checked
            staging.write(name, file);
            folders.addAll(FileNames.foldersOf(name));
            written += file.length;
        }
    }

    /** Waits a while where the pictures of others take the memory: an upload may have lasted long already. */
    private Pixels decoded(byte[] file) {
        for (long end = System.nanoTime() + MOST_WAIT.toNanos(); ; LockSupport.parkNanos(100_000_000)) {
            try {
                return ImageReading.read(file, limits.maxPixels());
            } catch (MemoryBudgetException e) {
                if (e.retryAfter().isEmpty()) {
                    throw new UnreadableImageException("it takes too much memory: " + e.getMessage(), e);
                }
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
        }
    }

    private void takeLabels(String name, InputStream content) throws IOException {
        byte[] file = content.readNBytes(LabelsCsv.MAX_BYTES + 1);
        count(file.length);
        passOver(content);
        Optional<LabelsCsv> read = LabelsCsv.parse(Upload.SOURCE, name, file);
        if (read.isEmpty()) {
            ignore(name);
        } else if (!labels.isEmpty()) {
            throw new InvalidDatasetException(Upload.SOURCE + " has " + labels.firstKey() + " and " + name
                    + "; there must be one " + LabelsCsv.NAME);
        } else {
            labels.put(name, read.get());
            labelsFile = file;
        }
    }

    private void reject(String name, String reason) {
        broken.add(name);
        tally.broken(name, reason);
    }

    private void ignore(String name) {
        ignoredCount++;
        if (ignored.size() < MAX_NAMED) {
            ignored.add(name);
        }
    }

    private void passOver(InputStream content) throws IOException {
        for (int read = content.read(passedOver); read >= 0; read = content.read(passedOver)) {
            count(read);
        }
    }

    private void count(int bytes) {
        unpacked += bytes;
        if (unpacked > limits.upload().maxBytes()) {
            throw new UploadTooLargeException(
                    "the upload must unpack to at most " + limits.upload().maxBytes() + " bytes");
        }
    }

    PictureTally tally() {
        return tally;
    }

    /** The names of the readable pictures, sorted. */
    List<String> pictures() {
        return pictures.stream().sorted().toList();
    }

    List<String> broken() {
        return Collections.unmodifiableList(broken);
    }

    /** The first {@link #MAX_NAMED} files that are neither pictures nor labels. */
    List<String> ignored() {
        return List.copyOf(ignored);
    }

    int ignoredCount() {
        return ignoredCount;
    }

    /** The file with the labels by its path; empty if there is none. */
    SortedMap<String, LabelsCsv> labels() {
        return labels;
    }

    /** The file with the labels, as it was sent. */
    byte[] labelsFile() {
        return labelsFile;
    }

    /** The folders that contain written files; the staging folder itself is {@code ""}. */
    Set<String> folders() {
        return folders;
    }

    /** The total size of all written pictures in bytes. */
    long written() {
        return written;
    }
}
