package io.stepwise.sampling;

/** Where the noise of a {@link StepLoop} comes from; see {@link io.stepwise.diffusion.CounterNoise#fill}. */
interface NoiseSource {
    /** Writes {@code length} standard normal numbers, a function of the first three arguments, from {@code offset} on. */
    void fill(long seed, int image, int draw, float[] out, int offset, int length);
}
