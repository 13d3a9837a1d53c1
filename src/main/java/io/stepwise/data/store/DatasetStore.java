package io.stepwise.data.store;

import io.stepwise.data.DatasetSpec;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.OnBroken;
import io.stepwise.data.store.Staging.Disk;
import io.stepwise.repository.IdempotencyRecord;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.schema.Names;
import io.stepwise.upload.BrokenOffException;
import io.stepwise.upload.FileNames;
import io.stepwise.upload.HashedFiles;
import io.stepwise.upload.IncomingFiles;
import io.stepwise.upload.InvalidUploadException;
import io.stepwise.upload.StorageFullException;
import io.stepwise.upload.UploadTooLargeException;
import io.stepwise.upload.UploadsBusyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The data sets on disk. An uploaded data set is a folder {@code <root>/<name>/} with a {@code dataset.json}. A data
 * set that a person copied there is a folder or a file {@code <name>.zip}. The built-in faces are listed too, but can't
 * be replaced or deleted.
 *
 * <p>INVARIANT: an uploaded data set is either complete, with every picture decoded once, or absent. Files are checked
 * on arrival, staged in a hidden folder and renamed when all are on disk.
 *
 * <p>Several threads and several processes may use the same folder at once. Uploads, counts and previews block for a
 * long time; do not call them on the event loop.
 */
public final class DatasetStore {
    /** An unfinished upload counts as crashed if none of its files changed for this time. */
    static final Duration STALE = Duration.ofHours(1);

    private static final int DRAWING_AT_ONCE = 2;

    private final Path root;
    private final PictureLimits limits;
    private final DatasetUse use;
    private final Clock clock;
    private final Disk disk;
    private final UploadSlots slots;
    private final DatasetCounts counts = new DatasetCounts();
    private final Semaphore drawing = new Semaphore(DRAWING_AT_ONCE);

    /**
     * @param root created by the first upload if it does not exist
     * @param use tells which data sets are in use and can't be deleted
     */
    public DatasetStore(Path root, PictureLimits limits, DatasetUse use) {
        this(root, limits, use, Clock.systemUTC(), Disk.LOCAL);
    }

    DatasetStore(Path root, PictureLimits limits, DatasetUse use, Clock clock, Disk disk) {
        this.root = root;
        this.limits = limits;
        this.use = use;
        this.clock = clock;
        this.disk = disk;
        slots = new UploadSlots(limits.upload().concurrency());
    }

    /** The root folder of the data sets; uploads are written to its disk. */
    public Path root() {
        return root;
    }

    public PictureLimits limits() {
        return limits;
    }

    /**
     * Lists all data sets in the order of their names. Picture sizes and broken pictures are known only for uploaded
     * data sets.
     */
    public List<DatasetSummary> list() throws IOException {
        List<DatasetSummary> all = new ArrayList<>(List.of(DatasetCounts.faces()));
        for (StoredDataset dataset : StoredDataset.all(root)) {
            if (!dataset.name().equals(DatasetSpec.FACES)) {
                try {
                    all.add(summary(dataset, false));
                } catch (DatasetNotFoundException e) {
                    continue; // deleted in the meantime
                }
            }
        }
        all.sort(Comparator.comparing(DatasetSummary::name));
        return all;
    }

    /**
     * Describes one data set. For a data set that was copied there by hand, all headers are read unless nothing changed
     * since the last call.
     *
     * @throws DatasetNotFoundException if there is no data set with this name
     */
    public DatasetSummary find(String name) throws IOException {
        return name.equals(DatasetSpec.FACES) ? DatasetCounts.faces() : summary(stored(name), true);
    }

    private DatasetSummary summary(StoredDataset dataset, boolean measured) throws IOException {
        DatasetSummary kept = dataset.archive() ? null : DatasetFile.read(dataset.name(), dataset.path());
        try {
            return kept == null ? counts.of(dataset, measured) : kept;
        } catch (NoSuchFileException e) {
            throw notFound(dataset.name());
        }
    }

    private StoredDataset stored(String name) {
        return StoredDataset.find(root, name).orElseThrow(() -> notFound(name));
    }

    private static DatasetNotFoundException notFound(String name) {
        return new DatasetNotFoundException("there is no data set \"" + FileNames.shown(name)
                + "\", neither a folder of that name nor a zip archive");
    }

    /**
     * Creates a data set from an upload. After a normal return the data set is visible and survives a power failure;
     * after an exception nothing remains of it.
     *
     * @param name a valid data set name that does not end with {@code .zip}
     * @param files read only after the name is reserved
     * @param onBroken whether broken pictures are left out or fail the upload
     * @throws InvalidMessageException if the name is invalid
     * @throws DatasetExistsException if the name is in use
     * @throws UploadsBusyException if too many uploads are in progress
     * @throws BrokenPicturesException if pictures are broken and {@code onBroken} does not allow it, or if all are
     *     broken
     * @throws InvalidDatasetException if the files are not a data set or look malicious
     * @throws UploadTooLargeException if there are too many files or they are too large
     * @throws BrokenOffException if the client disconnects
     * @throws StorageFullException if the disk is full
     */
    public DatasetSummary upload(String name, IncomingFiles files, OnBroken onBroken) throws IOException {
        return upload(name, files, onBroken, null).dataset();
    }

    /** @param isReplay whether an earlier upload with the same key and files created the data set */
    public record Uploaded(DatasetSummary dataset, boolean isReplay) {}

    /**
     * Creates a data set from an upload that may be repeated. A repeated upload, even while the first is still in
     * progress, returns the result of the first.
     *
     * @param key idempotency key of the upload; null for an upload that can't be repeated
     * @throws io.stepwise.repository.KeyReusedException if the key was used with other files
     */
    public Uploaded upload(String name, IncomingFiles files, OnBroken onBroken, @Nullable String key)
            throws IOException {
        requireName(name);
        HashedFiles hashed = new HashedFiles(files, onBroken.name());
        try (UploadSlots.Slot slot = slots.take(name, key)) {
            Optional<Uploaded> made = made(name, key, hashed);
            if (made.isPresent()) {
                return made.get();
            }
            requireFree(name);
            sweepQuietly();
            return upload(name, hashed, onBroken, key);
        } catch (InvalidUploadException e) {
            throw new InvalidDatasetException(String.valueOf(e.getMessage()), e);
        }
    }

    private Uploaded upload(String name, HashedFiles files, OnBroken onBroken, @Nullable String key)
            throws IOException {
        try (Staging staging = Staging.in(root, disk)) {
            DatasetSummary made = new Upload(staging, limits, onBroken).take(name, files, key, clock.instant());
            requireFree(name);
            staging.commit(name);
            return new Uploaded(made, false);
        } catch (DatasetExistsException e) {
            return made(name, key, files).orElseThrow(() -> e);
        }
    }

    /** The result of the upload with this key. */
    private Optional<Uploaded> made(String name, @Nullable String key, HashedFiles files) throws IOException {
        if (key == null) {
            return Optional.empty();
        }
        Optional<IdempotencyRecord> mark =
                IdempotencyRecord.read(root.resolve(name).resolve(Upload.MARK));
        if (mark.isEmpty() || !mark.get().key().equals(key)) { // the upload need not be read
            return Optional.empty();
        }
        boolean same = new IdempotencyRecord(key, files.hash(limits.upload().maxBytes())).repeats(mark.get());
        return same ? Optional.of(new Uploaded(find(name), true)) : Optional.empty();
    }

    private void sweepQuietly() {
        try {
            sweep();
        } catch (IOException e) {
            return; // uploads do not depend on the sweep
        }
    }

    private static void requireName(String name) {
        if (!Names.isName(name) || name.endsWith(StoredDataset.ARCHIVE)) {
            throw new InvalidMessageException(
                    "/name",
                    FieldError.quoted(FileNames.shown(name)),
                    Names.ALLOWED + ", and not end with " + StoredDataset.ARCHIVE);
        }
    }

    private void requireFree(String name) {
        if (name.equals(DatasetSpec.FACES)) {
            throw new DatasetExistsException("the data set " + name + " is built in");
        }
        boolean taken = Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS)
                || Files.exists(root.resolve(name + StoredDataset.ARCHIVE), LinkOption.NOFOLLOW_LINKS);
        if (taken) {
            throw new DatasetExistsException(
                    "there is a data set " + name + " already; delete it, or take another name");
        }
    }

    /**
     * Deletes a data set, that is, the folder and the archive with this name. It disappears at once; its files are
     * deleted shortly after.
     *
     * @throws DatasetNotFoundException if there is no data set with this name
     * @throws DatasetInUseException if the data set is built in or in use
     */
    public void delete(String name) throws IOException {
        if (name.equals(DatasetSpec.FACES)) {
            throw new DatasetInUseException("the data set " + name + " is built in and stays");
        }
        stored(name);
        List<String> users = use.usersOf(name);
        if (!users.isEmpty()) {
            throw new DatasetInUseException("the data set " + name + " is needed by " + FileNames.some(users));
        }
        for (Path path : List.of(root.resolve(name), root.resolve(name + StoredDataset.ARCHIVE))) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                Staging.delete(root, path);
            }
        }
        counts.forget(name);
    }

    /**
     * Creates a preview that is drawn later.
     *
     * @throws DatasetNotFoundException if there is no data set with this name
     */
    public DatasetPreview preview(String name, PreviewRequest request) throws IOException {
        return new DatasetPreview(name.equals(DatasetSpec.FACES) ? null : stored(name), request, drawing);
    }

    /** Removes the files of crashed uploads. */
    public void sweep() throws IOException {
        Staging.sweep(root, clock.instant().minus(STALE));
    }
}
