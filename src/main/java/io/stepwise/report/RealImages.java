package io.stepwise.report;

import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.LabelledImage;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.image.Pixels;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What generated images are compared with, and as many more real ones of the same kind: their distance from each other
 * is what a perfect model would reach.
 *
 * @param kind a description in words
 * @param heldOut whether no training run has seen them
 * @param labels names of their classes
 * @param reference the images to compare with
 * @param others the same number of others
 */
record RealImages(
        String kind, boolean heldOut, List<String> labels, List<LabelledImage> reference, List<LabelledImage> others) {

    /**
     * For the built-in faces, faces that no training run sees. Of other data sets, of which all or most is trained on, two
     * halves spread over all of it, smaller than {@code count} when there are not enough images.
     */
    static RealImages of(ImageDataset training, int count) {
        if (!training.name().equals(DatasetSpec.FACES)) {
            int half = (int) Math.min(count, training.size() / 2);
            return new RealImages(
                    "training images of " + training.name(),
                    false,
                    training.labels(),
                    spread(training, 0, half),
                    spread(training, 1, half));
        }
        Pixels shape = training.get(0).pixels();
        try (FacesDataset faces =
                new FacesDataset(shape.width(), shape.height(), shape.channels(), FacesDataset.HELD_OUT, 2L * count)) {
            return new RealImages(
                    "held-out faces", true, faces.labels(), range(faces, 0, count), range(faces, count, 2 * count));
        }
    }

    int count() {
        return reference.size();
    }

    static List<Pixels> pixels(List<LabelledImage> images) {
        return images.stream().map(LabelledImage::pixels).toList();
    }

    private static List<LabelledImage> range(ImageDataset images, int from, int to) {
        return IntStream.range(from, to).mapToObj(images::get).toList();
    }

    /** Every second one ({@code odd} 0 or 1) of {@code 2 * half} that are spread evenly. */
    private static List<LabelledImage> spread(ImageDataset images, int odd, int half) {
        return LongStream.range(0, half)
                .mapToObj(i -> images.get((2 * i + odd) * images.size() / (2L * half)))
                .toList();
    }
}
