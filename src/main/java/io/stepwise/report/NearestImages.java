package io.stepwise.report;

import io.stepwise.data.ImageDataset;
import io.stepwise.image.Pixels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The training images, and their mirror images, that are the nearest to other images by Euclidean distance: shows whether
 * a model has learnt images by heart.
 */
final class NearestImages {
    static final int KEPT = 3;

    /**
     * A training image near another one.
     *
     * @param index in the data set
     * @param mirrored whether it is its mirror image that is near
     * @param distance root of the mean squared difference of samples that count 0 … 255
     */
    record Match(long index, boolean mirrored, double distance) {}

    private final Pixels image;
    private final List<Match> nearest = new ArrayList<>();
    private long bound = Long.MAX_VALUE;

    private NearestImages(Pixels image) {
        this.image = image;
    }

    /**
     * The {@link #KEPT} nearest to each image, nearest first.
     *
     * @param searched how many training images are looked at, spread evenly over all; all, when there are fewer
     */
    static List<List<Match>> of(ImageDataset training, long searched, List<Pixels> images) {
        List<NearestImages> searches = images.stream().map(NearestImages::new).toList();
        long looked = Math.min(searched, training.size());
        for (long i = 0; i < looked; i++) {
            long index = i * training.size() / looked;
            Pixels plain = training.get(index).pixels();
            Pixels mirrored = mirrored(plain);
            for (NearestImages search : searches) {
                search.offer(plain, index, false);
                search.offer(mirrored, index, true);
            }
        }
        return searches.stream().map(search -> List.copyOf(search.nearest)).toList();
    }

    /** Left and right exchanged. */
    static Pixels mirrored(Pixels image) {
        int channels = image.channels();
        byte[] data = new byte[image.data().length];
        for (int i = 0; i < data.length; i++) {
            int x = i / channels % image.width();
            data[i] = image.data()[i + (image.width() - 1 - 2 * x) * channels];
        }
        return new Pixels(image.width(), image.height(), channels, data);
    }

    private void offer(Pixels other, long index, boolean mirrored) {
        long squares = squaredDistance(image, other, bound);
        if (squares >= bound) {
            return;
        }
        double distance = Math.sqrt((double) squares / image.data().length);
        nearest.add(new Match(index, mirrored, distance));
        nearest.sort(Comparator.comparingDouble(Match::distance));
        if (nearest.size() > KEPT) {
            nearest.remove(KEPT);
        }
        if (nearest.size() == KEPT) {
            double last = nearest.get(KEPT - 1).distance();
            bound = (long) Math.ceil(last * last * image.data().length);
        }
    }

    /** The sum of squared differences; when it reaches {@code bound}, any number not below that. */
    private static long squaredDistance(Pixels a, Pixels b, long bound) {
        int stride = a.width() * a.channels();
        long sum = 0;
        for (int row = 0; row < a.data().length && sum < bound; row += stride) {
            int part = 0;
            for (int i = row; i < row + stride; i++) {
                int difference = (a.data()[i] & 0xff) - (b.data()[i] & 0xff);
                part += difference * difference;
            }
            sum += part;
        }
        return sum;
    }
}
