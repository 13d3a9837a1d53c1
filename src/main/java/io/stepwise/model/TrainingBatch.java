package io.stepwise.model;

/**
 * The arguments of one call of loss and gradients, on the heap. The network's input is {@code a x0 + s noise} and its
 * target {@code u x0 + v noise}, with coefficients per sample; that covers every prediction type.
 *
 * @param x0 clean images {@code [B,C,H,W]} in [-1,1]
 * @param noise of the same shape, standard normal
 * @param timesteps {@code [B]}, the timestep argument of the network
 * @param labels {@code [B]} class labels; zeros for an unconditional network
 * @param coefficients {@code [5,B]}: a, s, u, v and the weight of the sample's loss
 */
@SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
public record TrainingBatch(float[] x0, float[] noise, float[] timesteps, long[] labels, float[] coefficients) {
    public TrainingBatch {
        int size = timesteps.length;
        if (size == 0 || labels.length != size || coefficients.length != 5 * size) {
            throw new IllegalArgumentException("timesteps " + size + ", labels " + labels.length + ", coefficients "
                    + coefficients.length + " must be B, B and 5B with B at least 1");
        }
        if (x0.length != noise.length || x0.length % size != 0) {
            throw new IllegalArgumentException("x0 has " + x0.length + " numbers and noise " + noise.length
                    + ", must be the same multiple of " + size);
        }
    }

    /** The number of samples. */
    public int size() {
        return timesteps.length;
    }
}
