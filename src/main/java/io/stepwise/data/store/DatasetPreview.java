package io.stepwise.data.store;

import io.stepwise.data.Framing;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.image.Png;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.upload.UploadsBusyException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Draws pictures of a data set on one sheet. The same request gives the same bytes until the data set changes. */
public final class DatasetPreview {
    /** A version number that changes whenever the drawing of sheets changes. */
    private static final int DRAWING = 1;

    /** Each one that waits holds a thread. */
    private static final int MOST_WAITING = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final @Nullable StoredDataset dataset;
    private final PreviewRequest request;
    private final ContentStamp stamp;
    private final Semaphore drawing;

    /**
     * @param dataset null for the built-in faces
     * @param drawing has one permit per preview that may be drawn at the same time
     */
    DatasetPreview(@Nullable StoredDataset dataset, PreviewRequest request, Semaphore drawing) throws IOException {
        this.dataset = dataset;
        this.request = request;
        this.drawing = drawing;
        stamp = dataset == null ? ContentStamp.CONSTANT : dataset.stamp();
    }

    /** An entity tag that is computed without drawing. Equal tags mean equal bytes. */
    public String fingerprint() {
        return Integer.toHexString(Objects.hash(DRAWING, request))
                + "-" + Long.toHexString(stamp.hash())
                + "-" + Long.toHexString(stamp.bytes());
    }

    /**
     * Draws the sheet as a PNG file. Decodes up to {@link PreviewRequest#n} pictures.
     *
     * @throws InvalidMessageException if the data set does not have the requested class
     * @throws InvalidDatasetException if the data set can't be used
     * @throws UploadsBusyException if no permit becomes free in time
     */
    public byte[] png() throws InterruptedException {
        if (drawing.getQueueLength() >= MOST_WAITING
                || !drawing.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new UploadsBusyException("too many previews are being drawn", PATIENCE);
        }
        try (ImageDataset open = open()) {
            return Png.encode(new PreviewSheet(open, request).draw());
        } finally {
            drawing.release();
        }
    }

    private ImageDataset open() {
        int size = request.size();
        return dataset == null
                ? new FacesDataset(size, size, 0, FacesDataset.TRAINING_SIZE)
                : dataset.open(new Framing(size, size, 3));
    }
}
