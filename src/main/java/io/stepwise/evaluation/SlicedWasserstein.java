package io.stepwise.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The sliced Wasserstein distance between patches of two sets of images, band of detail by band (Karras et al. 2018,
 * https://arxiv.org/abs/1710.10196, section 5). Small at a level means that both sets look alike at that scale.
 *
 * <p>Patches are standardised per channel, for each set by itself: this distance can't see a tint or a contrast that all
 * images share, {@link ColourDistance} does. Sets of different sizes are cut to the smaller one. The same settings and
 * images give the same numbers. Two sets of one kind are not at distance 0, and the fewer images the farther: compare
 * with the distance between two halves of the real images.
 *
 * @param patchesPerImage patches drawn from every image, 1 … 1024
 * @param repeats times that new directions are drawn, 1 … 1024
 * @param directionsPerRepeat directions drawn each time, 1 … 1024
 * @param seed chooses patches and directions
 */
public record SlicedWasserstein(int patchesPerImage, int repeats, int directionsPerRepeat, long seed) {
    /** Numbers are given in thousandths, as in the paper. */
    private static final double UNIT = 1000;

    public SlicedWasserstein {
        requireRange("patchesPerImage", patchesPerImage);
        requireRange("repeats", repeats);
        requireRange("directionsPerRepeat", directionsPerRepeat);
    }

    /** 32 patches per image and 4 times 32 directions: 2000 images of 32x32 take seconds. */
    public static SlicedWasserstein standard(long seed) {
        return new SlicedWasserstein(32, 4, 32, seed);
    }

    /**
     * One band of detail.
     *
     * @param height of the band, in pixels
     * @param width of the band, in pixels
     * @param distance times 1000, at least 0
     */
    public record Level(int height, int width, double distance) {}

    /**
     * @param levels from the finest band of detail to the coarsest
     */
    public record Distances(List<Level> levels) {
        public Distances {
            levels = List.copyOf(levels);
        }

        /** The mean over the levels, times 1000. */
        public double average() {
            return levels.stream().mapToDouble(Level::distance).average().orElse(Double.NaN);
        }
    }

    /**
     * @throws IllegalArgumentException if the images differ in size or channels
     */
    public Distances between(ImageSet a, ImageSet b) {
        a.requireSameShape(b);
        Random random = new Random(seed);
        int images = Math.min(a.count(), b.count());
        List<LaplacianPyramid.Level> pyramidA = LaplacianPyramid.of(a);
        List<LaplacianPyramid.Level> pyramidB = LaplacianPyramid.of(b);
        List<Level> levels = new ArrayList<>();
        for (int i = 0; i < pyramidA.size(); i++) {
            LaplacianPyramid.Level levelA = pyramidA.get(i);
            var positionsA = PatchDescriptors.Positions.random(levelA, images, patchesPerImage, random);
            var positionsB = PatchDescriptors.Positions.random(levelA, images, patchesPerImage, random);
            PatchDescriptors patchesA = PatchDescriptors.of(levelA, a.channels(), positionsA);
            PatchDescriptors patchesB = PatchDescriptors.of(pyramidB.get(i), b.channels(), positionsB);
            double sum = 0;
            for (int repeat = 0; repeat < repeats; repeat++) {
                sum += distance(patchesA, patchesB, directions(patchesA.components().length, random));
            }
            levels.add(new Level(levelA.height(), levelA.width(), sum / repeats));
        }
        return new Distances(levels);
    }

    /** The mean over directions of the Wasserstein-1 distance between the patches' lengths along them, times 1000. */
    static double distance(PatchDescriptors a, PatchDescriptors b, float[][] directions) {
        double sum = 0;
        float[][] lengthsA = a.project(directions);
        float[][] lengthsB = b.project(directions);
        for (int d = 0; d < directions.length; d++) {
            sum += Wasserstein.betweenSorted(lengthsA[d], lengthsB[d]);
        }
        return UNIT * sum / directions.length;
    }

    /** Directions spread evenly over the sphere, {@code [directionsPerRepeat][dimensions]}. */
    private float[][] directions(int dimensions, Random random) {
        float[][] directions = new float[directionsPerRepeat][dimensions];
        for (float[] direction : directions) {
            double squares = 0;
            for (int i = 0; i < dimensions; i++) {
                direction[i] = (float) random.nextGaussian();
                squares += (double) direction[i] * direction[i];
            }
            for (int i = 0; i < dimensions; i++) {
                direction[i] /= (float) Math.sqrt(squares);
            }
        }
        return directions;
    }

    private static void requireRange(String name, int value) {
        if (value < 1 || value > 1024) {
            throw new IllegalArgumentException(name + " " + value + " must be 1 to 1024");
        }
    }
}
