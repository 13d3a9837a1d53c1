package io.stepwise.data.store;

import io.stepwise.data.Framing;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.OnBroken;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.image.Png;
import io.stepwise.upload.UploadsBusyException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Some pictures of a data set on one sheet; the same request gives the same bytes until the data set changes. */
public final class DatasetPreview {
    /** Changes whenever sheets are drawn in another way. */
    private static final int DRAWING = 1;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final @Nullable StoredDataset dataset;
    private final PreviewRequest request;
    private final ContentStamp stamp;
    private final Semaphore drawing;

    /**
     * @param dataset null means the built-in faces
     * @param drawing as many permits as previews may be drawn at once
     */
    DatasetPreview(@Nullable StoredDataset dataset, PreviewRequest request, Semaphore drawing) throws IOException {
        this.dataset = dataset;
        this.request = request;
        this.drawing = drawing;
        stamp = dataset == null ? ContentStamp.CONSTANT : dataset.stamp();
    }

    /** Stands for the bytes without drawing them: equal when they are. */
    public String fingerprint() {
        return Integer.toHexString(Objects.hash(DRAWING, request))
                + "-" + Long.toHexString(stamp.hash())
                + "-" + Long.toHexString(stamp.bytes());
    }

    /**
     * The sheet as a PNG file. Decodes up to {@link PreviewRequest#n} pictures.
     *
     * @throws UnknownLabelException when the data set has no such class
     * @throws InvalidDatasetException when the data set can't be used
     * @throws UploadsBusyException when others have been drawing for too long
     */
    public byte[] png() throws InterruptedException {
        if (!drawing.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
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
                : dataset.open(new Framing(size, size, 3), OnBroken.FAIL);
    }
}
