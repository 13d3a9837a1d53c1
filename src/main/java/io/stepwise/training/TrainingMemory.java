package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.model.training.ActivationCount;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.spec.ImageSize;

/**
 * What memory a training process will take, in bytes, estimated from the network's structure:
 *
 * <pre>
 *   program       350 MiB: JVM, libtorch, and the heap they need anyway
 *   network       52 a parameter: weights, gradients, two moments and average (20), further gradients and converted weights
 *                 of four workers at most (16), copies on the heap while a checkpoint is read or written (16); 16
 *                 more with post_hoc_ema
 *   activations   1.65 of what libtorch keeps between forward and backward (see {@link ActivationCount#bytes}) of the
 *                 samples that are worked on at a time. The surplus is what the backward needs while it runs, and gaps
 *                 in the native heap
 *   images        decoded images that stay on the heap, and the batches prepared ahead
 * </pre>
 *
 * <p>The factors were chosen by the peaks of fifteen measured runs, which are 5 % to 22 % below this (docs/reliability.md).
 * They hold for a JVM that is started with {@code -Xmx} of {@link #heap}: one with the default limit lets garbage lie
 * that this does not count. On a GPU the network's part and the activations are the device's memory, which is not
 * looked at.
 *
 * @param parameters of the network
 * @param program whatever is trained
 * @param network grows with the parameters
 * @param activations grow with batch size and image area
 * @param images on the heap
 */
public record TrainingMemory(long parameters, long program, long network, long activations, long images) {
    private static final long MIB = 1 << 20;
    private static final long PROGRAM = 350 * MIB;
    private static final long LEAST_HEAP = 96 * MIB;
    private static final int BYTES_PER_PARAMETER = 52;
    private static final int FOR_LATER = 2 * 2 * Float.BYTES; // two averages, and their copies on the heap
    private static final double ACTIVATIONS = 1.65;
    private static final int IMAGE_OVERHEAD = 256;
    private static final int BATCHES = 8; // four ahead, one at work, its noise, and the copies for libtorch

    /**
     * The estimate for what a plan does.
     *
     * @param cacheBytes how much of the data set is kept in memory at most
     */
    static TrainingMemory of(TrainingPlan plan, long cacheBytes) {
        long parameters = plan.design().parameterCount();
        long kept = plan.design().activationBytes();
        int perParameter = plan.spec().postHocEma() ? BYTES_PER_PARAMETER + FOR_LATER : BYTES_PER_PARAMETER;
        return new TrainingMemory(
                parameters, PROGRAM, perParameter * parameters, (long) (ACTIVATIONS * kept), images(plan, cacheBytes));
    }

    private static long images(TrainingPlan plan, long cacheBytes) {
        ImageSize size = plan.spec().imageSize();
        ImageDataset dataset = plan.dataset();
        long samples = (long) SpecReferences.CHANNELS * size.height() * size.width();
        long cached = Math.min(cacheBytes, dataset.size() * (samples + IMAGE_OVERHEAD));
        return cached + BATCHES * plan.spec().batchSize() * samples * Float.BYTES;
    }

    /** All of it. */
    public long total() {
        return program + network + activations + images;
    }

    /** What Java's heap must be allowed to grow to ({@code -Xmx}); a part of {@link #total}. */
    public long heap() {
        boolean hasPowers = network > BYTES_PER_PARAMETER * parameters;
        return LEAST_HEAP + Checkpoint.bytesPerParameter(hasPowers) * parameters + images;
    }
}
