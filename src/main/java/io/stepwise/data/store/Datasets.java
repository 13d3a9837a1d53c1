package io.stepwise.data.store;

import io.stepwise.data.CachedDataset;
import io.stepwise.data.DatasetSpec;
import io.stepwise.data.Framing;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.faces.FacesDataset;
import java.nio.file.Path;

/**
 * Finds data sets by name.
 *
 * @param root folder that contains the folders and archives
 * @param cacheBytes memory for decoded images, per data set
 */
public record Datasets(Path root, long cacheBytes) {
    public Datasets {
        if (cacheBytes < 0) {
            throw new IllegalArgumentException("cacheBytes " + cacheBytes + " must be at least 0");
        }
    }

    /**
     * Opens a data set; the caller closes it. Decoded or painted images are cached.
     *
     * @throws InvalidDatasetException if there is no data set with this name, or if it cannot be used
     */
    public ImageDataset open(DatasetSpec spec) {
        Framing framing = spec.framing();
        if (spec.name().equals(DatasetSpec.FACES)) {
            return cached(new FacesDataset(
                    framing.width(), framing.height(), framing.channels(), 0, FacesDataset.TRAINING_SIZE));
        }
        return StoredDataset.find(root, spec.name())
                .map(stored -> cached(stored.open(framing)))
                .orElseThrow(() -> new InvalidDatasetException("there is no data set " + spec.name()
                        + ": neither " + root.resolve(spec.name()) + " nor "
                        + root.resolve(spec.name() + StoredDataset.ARCHIVE)
                        + ", and the only built-in one is " + DatasetSpec.FACES));
    }

    private CachedDataset cached(ImageDataset dataset) {
        return new CachedDataset(dataset, cacheBytes);
    }
}
