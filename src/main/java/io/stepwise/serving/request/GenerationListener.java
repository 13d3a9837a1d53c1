package io.stepwise.serving.request;

/**
 * Follows a generation on its way. It is called by worker threads, by one at a time, and never after the generation's stage
 * was completed to those who wait for it; what comes too fast is left out.
 */
public interface GenerationListener {
    /** Wants to know nothing. */
    GenerationListener NONE = new GenerationListener() {};

    /** The request is in the queue; it is not refused any more. */
    default void accepted() {}

    /** A look at every image each so many steps; 0 for none. */
    default int previewEvery() {
        return 0;
    }

    /**
     * The work goes on.
     *
     * @param done steps taken, of all images together
     * @param all steps that there are; a sampler that calls the network twice per step takes two
     */
    default void progressed(long done, long all) {}

    /**
     * What an image looks like by now.
     *
     * @param estimate what the network takes the finished image to be
     * @param step steps that were taken for it, 1 or more
     */
    default void previewed(GeneratedImage estimate, int step) {}
}
