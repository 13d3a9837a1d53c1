package io.stepwise.data;

/**
 * Which image stands where in the endless sequence of a run: epoch after epoch, each in an order of its own. A pure
 * function of the seed, so that a run resumed at any place continues exactly.
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

    /** Index of the image at {@code position}, 0, 1, 2 … of the run. */
    long imageAt(long position) {
        long epoch = position / images;
        return new Permutation(images, Dice.combine(shuffleSeed, epoch)).at(position % images);
    }

    /** Whether the image at {@code position} of the run is mirrored, when mirroring is on: half of them are. */
    boolean flippedAt(long position) {
        return new Dice(Dice.combine(flipSeed, position)).chance(0.5);
    }
}
