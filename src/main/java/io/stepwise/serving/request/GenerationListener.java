package io.stepwise.serving.request;

import java.util.function.Supplier;

/**
 * Follows the progress of a generation. Worker threads call it, one at a time, and never after the generation's stage
 * is completed. Events that come too fast are left out.
 */
public interface GenerationListener {
    /** Ignores everything. */
    GenerationListener NONE = new GenerationListener() {};

    /**
     * The request was admitted to the queue and is no longer refused.
     *
     * @param place tells its place in the queue at any time, in microseconds
     */
    default void accepted(Supplier<QueuePlace> place) {}

    /** A preview of every image after each so many steps; 0 for none. */
    default int previewEvery() {
        return 0;
    }

    /**
     * Some steps were taken.
     *
     * @param done steps taken, of all images together
     * @param all steps of all images; a sampler that calls the network twice per step counts two
     */
    default void progressed(long done, long all) {}

    /**
     * A preview of an image.
     *
     * @param estimate the network's estimate of the finished image
     * @param step number of steps taken for it, 1 or more
     */
    default void previewed(GeneratedImage estimate, int step) {}
}
