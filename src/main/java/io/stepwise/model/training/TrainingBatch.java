package io.stepwise.model.training;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.model.UNet;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Set;

/**
 * The arguments of one call of loss and gradients, on the heap. The network's input is {@code a x0 + s noise} and its
 * target {@code u x0 + v noise}, with coefficients per sample; that covers every prediction type.
 *
 * @param x0 clean images {@code [B,C,H,W]} in [-1,1]
 * @param noise of the same shape, standard normal
 * @param timesteps {@code [B]}, the timestep argument of the network
 * @param labels {@code [B]} class labels; zeros for an unconditional network
 * @param coefficients {@code [5,B]}: a, s, u, v and the weight of the sample's loss. Of a network that learns the variance
 *     {@code [13,B]}: further the weight of the bound's term; p and q of the clean image {@code p x + q out}; the factors of
 *     the clean image and of x in the mean of the posterior, ln of its variance, ln of β; and 1 at t = 0, otherwise 0. For
 *     {@link Loss#CONSISTENCY} {@code [10,B]}: a, s, p and q of the clean image {@code p x + q out}, and the weight; then a, s,
 *     the timestep, p and q of the point with less noise
 */
@SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
public record TrainingBatch(float[] x0, float[] noise, float[] timesteps, long[] labels, float[] coefficients) {
    /** The row of the weights. */
    public static final int WEIGHT = 4;

    /** The row of the weights of the bound's term. */
    public static final int BOUND_WEIGHT = 5;

    /** The rows of coefficients for {@link Loss#CONSISTENCY}. */
    public static final int ROWS_OF_CONSISTENCY = 10;

    private static final int ROWS = 5;
    private static final int ROWS_OF_LEARNED_VARIANCE = 13;
    private static final Set<Integer> ALLOWED_ROWS = Set.of(ROWS, ROWS_OF_CONSISTENCY, ROWS_OF_LEARNED_VARIANCE);

    public TrainingBatch {
        int size = timesteps.length;
        if (size == 0
                || labels.length != size
                || coefficients.length % size != 0
                || !ALLOWED_ROWS.contains(coefficients.length / size)) {
            throw new IllegalArgumentException("timesteps " + size + ", labels " + labels.length + ", coefficients "
                    + coefficients.length + " must be B, B and 5B, 10B or 13B with B at least 1");
        }
        if (x0.length != noise.length || x0.length % size != 0) {
            throw new IllegalArgumentException("x0 has " + x0.length + " numbers and noise " + noise.length
                    + ", must be the same multiple of " + size);
        }
    }

    /** The rows of coefficients that {@code net} needs for a loss of its predictions. */
    public static int rows(UNet net) {
        return rows(net.config().learnsVariance());
    }

    /** The rows of coefficients that a network needs, by whether it learns the variance. */
    public static int rows(boolean learnsVariance) {
        return learnsVariance ? ROWS_OF_LEARNED_VARIANCE : ROWS;
    }

    /** The number of samples. */
    public int size() {
        return timesteps.length;
    }

    /** x0, noise, timesteps, labels and coefficients as the programs of {@code net} take them; {@code scope} owns them. */
    NDList tensors(NDManager scope, UNet net) {
        int size = size();
        Shape images = new Shape(size, net.config().inChannels(), net.height(), net.width());
        return new NDList(
                scope.create(FloatBuffer.wrap(x0), images),
                scope.create(FloatBuffer.wrap(noise), images),
                scope.create(FloatBuffer.wrap(timesteps), new Shape(size)),
                scope.create(LongBuffer.wrap(labels), new Shape(size)),
                scope.create(FloatBuffer.wrap(coefficients), new Shape(coefficients.length / size, size, 1, 1, 1)));
    }
}
