package io.stepwise.data.store;

import io.stepwise.data.DatasetSpec;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.OnBroken;
import io.stepwise.data.store.Staging.Disk;
import io.stepwise.repository.IdempotencyRecord;
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
 * The data sets on disk: those that were uploaded, {@code <root>/<name>/} with a {@code dataset.json}, and those that
 * somebody put there by hand, as a folder or as {@code <name>.zip}. The built-in faces are one of them in every way but
 * that they can't be replaced or deleted.
 *
 * <p>INVARIANT: a data set that was uploaded is there as a whole and every picture of it has been decoded once, or
 * nothing is there: files are checked while they arrive, staged in a hidden folder and renamed when all are on disk.
 *
 * <p>Safe for use by several threads and by several processes on the same folder. Uploads, and what counts or draws
 * pictures, take their time: not for the event loop.
 */
public final class DatasetStore {
    /** How long nothing of an unfinished upload must have been touched before it counts as crashed. */
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
     * @param root made by the first upload when it isn't there
     * @param limits of uploads
     * @param use knows which data sets must stay
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

    /** The folder of the data sets; what is uploaded goes to its disk. */
    public Path root() {
        return root;
    }

    /** What uploads may bring at most. */
    public PictureLimits limits() {
        return limits;
    }

    /** All data sets in the order of their names; sizes and broken pictures only of those that were uploaded. */
    public List<DatasetSummary> list() throws IOException {
        List<DatasetSummary> all = new ArrayList<>(List.of(DatasetCounts.faces()));
        for (StoredDataset dataset : StoredDataset.all(root)) {
            if (!dataset.name().equals(DatasetSpec.FACES)) {
                try {
                    all.add(summary(dataset, false));
                } catch (DatasetNotFoundException e) {
                    continue; // somebody has just deleted it
                }
            }
        }
        all.sort(Comparator.comparing(DatasetSummary::name));
        return all;
    }

    /**
     * One data set. Of one that was put there by hand all headers are read, unless it hasn't changed since the last time.
     *
     * @throws DatasetNotFoundException when there is none of that name
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
     * Makes a data set of files that arrive. When this returns it is visible and survives a power failure; when it throws
     * nothing of it is left.
     *
     * @param name a name for training jobs that doesn't end with {@code .zip}
     * @param files read only once it is sure that the name is free
     * @param onBroken whether pictures that can't be read are left out, or fail the upload
     * @throws InvalidDatasetNameException when the name can't be one
     * @throws DatasetExistsException when the name is taken
     * @throws UploadsBusyException when too many are going on
     * @throws BrokenPicturesException when pictures are broken and must not be, or all are
     * @throws InvalidDatasetException when the files are no data set, or look made to do harm
     * @throws UploadTooLargeException when they are too many or too large
     * @throws BrokenOffException when the sender leaves
     * @throws StorageFullException when there is no room
     */
    public DatasetSummary upload(String name, IncomingFiles files, OnBroken onBroken) throws IOException {
        return upload(name, files, onBroken, null).dataset();
    }

    /**
     * What an upload has made.
     *
     * @param isReplay whether an earlier one, of the same key and files, has
     */
    public record Uploaded(DatasetSummary dataset, boolean isReplay) {}

    /**
     * The same; an upload that comes again, whether the first has ended or not, finds what the first has made.
     *
     * @param key names the upload; null for one that can't come again
     * @throws io.stepwise.repository.KeyReusedException when other files came with the key
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
            return upload(name, hashed, onBroken, key, Staging.in(root, disk));
        } catch (InvalidUploadException e) {
            throw new InvalidDatasetException(String.valueOf(e.getMessage()), e);
        }
    }

    private Uploaded upload(String name, HashedFiles files, OnBroken onBroken, @Nullable String key, Staging staging)
            throws IOException {
        try {
            DatasetSummary made = new Upload(staging, limits, onBroken).take(name, files, key, clock.instant());
            requireFree(name);
            staging.commit(name);
            return new Uploaded(made, false);
        } catch (DatasetExistsException e) {
            discard(staging, e);
            return made(name, key, files).orElseThrow(() -> e);
        } catch (Throwable e) {
            discard(staging, e);
            throw e;
        }
    }

    /** What an upload of this key has made. */
    private Optional<Uploaded> made(String name, @Nullable String key, HashedFiles files) throws IOException {
        if (key == null) {
            return Optional.empty();
        }
        Optional<IdempotencyRecord> mark =
                IdempotencyRecord.read(root.resolve(name).resolve(Upload.MARK));
        if (mark.isEmpty() || !mark.get().key().equals(key)) { // nothing need be read
            return Optional.empty();
        }
        boolean same = new IdempotencyRecord(key, files.hash(limits.upload().maxBytes())).repeats(mark.get());
        return same ? Optional.of(new Uploaded(find(name), true)) : Optional.empty();
    }

    private void sweepQuietly() {
        try {
            sweep();
        } catch (IOException e) {
            return; // no upload needs it
        }
    }

    private static void discard(Staging staging, Throwable cause) {
        try {
            staging.discard();
        } catch (IOException e) {
            cause.addSuppressed(e); // the next sweep tries again
        }
    }

    private static void requireName(String name) {
        if (!Names.isName(name) || name.endsWith(StoredDataset.ARCHIVE)) {
            throw new InvalidDatasetNameException("name is \"" + FileNames.shown(name) + "\", must be " + Names.ALLOWED
                    + ", and not end with " + StoredDataset.ARCHIVE);
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
     * Deletes a data set: the folder and the archive of that name. It is gone at once, its files a little later.
     *
     * @throws DatasetNotFoundException when there is none of that name
     * @throws DatasetInUseException when it is built in, or somebody works with it
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
     * A preview, still to be drawn.
     *
     * @throws DatasetNotFoundException when there is no data set of that name
     */
    public DatasetPreview preview(String name, PreviewRequest request) throws IOException {
        return new DatasetPreview(name.equals(DatasetSpec.FACES) ? null : stored(name), request, drawing);
    }

    /** Removes what crashed uploads left, if nothing of it was touched for an hour. */
    public void sweep() throws IOException {
        Staging.sweep(root, clock.instant().minus(STALE));
    }
}
