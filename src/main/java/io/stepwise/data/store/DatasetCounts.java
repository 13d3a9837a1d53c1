package io.stepwise.data.store;

import io.stepwise.data.DatasetSpec;
import io.stepwise.data.Framing;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.PictureDataset;
import io.stepwise.data.PictureTally;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.data.store.DatasetSummary.LabelCount;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts data sets without a {@code dataset.json}, which were copied into the folder by hand. A count is cached until a
 * file of the data set changes. Threadsafe.
 */
final class DatasetCounts {
    private static final Framing ANY = new Framing(8, 8, 3);

    /**
     * @param measured whether the headers of all pictures were read
     */
    private record Known(ContentStamp stamp, boolean measured, DatasetSummary summary) {}

    private static final List<LabelCount> FACES = countedFaces();

    private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();

    static DatasetSummary faces() {
        return summary(DatasetSpec.FACES, true, FacesDataset.TRAINING_SIZE, FACES, 0, null, null, null);
    }

    private static List<LabelCount> countedFaces() {
        FacesDataset faces = new FacesDataset(8, 8, 0, FacesDataset.TRAINING_SIZE);
        return LabelCount.of(
                faces.labels(), IntStream.range(0, (int) faces.size()).map(faces::label));
    }

    /**
     * Counts by the names of the files. If {@code measured}, it also reads the headers of all pictures, which is slow
     * the first time.
     */
    DatasetSummary of(StoredDataset dataset, boolean measured) throws IOException {
        ContentStamp stamp = dataset.stamp();
        Known before = known.get(dataset.name());
        if (before != null && before.stamp().equals(stamp) && (before.measured() || !measured)) {
            return before.summary();
        }
        DatasetSummary summary = counted(dataset, stamp, measured);
        known.put(dataset.name(), new Known(stamp, measured, summary));
        return summary;
    }

    /** Removes the cached count of a deleted data set. */
    void forget(String name) {
        known.remove(name);
    }

    private static DatasetSummary counted(StoredDataset stored, ContentStamp stamp, boolean measured) {
        try (PictureDataset dataset = stored.open(ANY)) {
            List<LabelCount> labels = LabelCount.of(
                    dataset.labels(), IntStream.range(0, (int) dataset.size()).map(dataset::label));
            PictureTally tally = measured ? dataset.pictures().measure() : null;
            return summary(stored.name(), false, dataset.size(), labels, stamp.bytes(), stamp.modified(), tally, null);
        } catch (InvalidDatasetException e) {
            return summary(
                    stored.name(),
                    false,
                    0,
                    List.of(),
                    stamp.bytes(),
                    stamp.modified(),
                    null,
                    String.valueOf(e.getMessage()));
        }
    }

    private static DatasetSummary summary(
            String name,
            boolean builtin,
            long images,
            List<LabelCount> labels,
            long bytes,
            @Nullable Instant modified,
            @Nullable PictureTally tally,
            @Nullable String problem) {
        return new DatasetSummary(
                name,
                builtin,
                images,
                labels,
                bytes,
                modified,
                tally == null ? null : tally.smallest(),
                tally == null ? null : tally.largest(),
                tally == null ? List.of() : tally.brokenPictures(),
                tally == null ? 0 : tally.brokenCount(),
                List.of(),
                0,
                problem);
    }
}
