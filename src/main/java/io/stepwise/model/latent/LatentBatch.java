package io.stepwise.model.latent;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * What a step of training takes, on the heap.
 *
 * @param images {@code [B,3,size,size]} in [-1,1]
 * @param latents {@code [B,latentSize]}, standard normal
 * @param labels {@code [B]} class labels; zeros for a network without classes
 */
@SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
public record LatentBatch(float[] images, float[] latents, long[] labels) {
    /** The number of samples. */
    public int size() {
        return labels.length;
    }

    /** Images, latents and labels as the programs take them; {@code scope} owns them. */
    NDList tensors(NDManager scope, LatentShape shape) {
        long size = size();
        return new NDList(
                scope.create(
                        FloatBuffer.wrap(images), new Shape(size, LatentShape.CHANNELS, shape.size(), shape.size())),
                scope.create(FloatBuffer.wrap(latents), new Shape(size, shape.latentSize())),
                scope.create(LongBuffer.wrap(labels), new Shape(size)));
    }
}
