package io.stepwise.data;

/**
 * Maps each position in the endless sequence of a run to an image. Every epoch has its own order. The order is a pure
 * function of the seed, so a resumed run continues exactly where it stopped.
 */
final class BatchOrder {
    private static final long SHUFFLE = 1;
    private static final long FLIP = 2;

    private final long images;
    private final long shuffleSeed;
    private final long flipSeed;

    BatchOrder(long images, long seed) {
        this.images = Math.min(images, Permutation.MAX_SIZE);
        shuffleSeed = Dice.combine(seed, SHUFFLE);
        flipSeed = Dice.combine(seed, FLIP);
    }

    /** The index of the image at {@code position} of the run, counted from 0. */
    long imageAt(long position) {
        long epoch = position / images;
        return new Permutation(images, Dice.combine(shuffleSeed, epoch)).at(position % images);
    }

    /** Whether the image at {@code position} of the run is mirrored if mirroring is on; true with probability 1/2. */
    boolean flippedAt(long position) {
        return new Dice(Dice.combine(flipSeed, position)).chance(0.5);
    }
}
