package io.stepwise.sampling;

/** The source of noise of a {@link StepLoop}; see {@link io.stepwise.diffusion.CounterNoise#fill}. */
interface NoiseSource {
    /**
     * Writes {@code length} standard normal numbers from {@code offset} on: a pure function of the first three
     * arguments.
     */
    void fill(long seed, int image, int draw, float[] out, int offset, int length);
}
