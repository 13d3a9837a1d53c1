package io.stepwise.sampling;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * One image on its way from noise. Its noise is a pure function of (seed, image), so what comes out doesn't depend on
 * what else is computed beside it, nor on which {@link StepLoop} takes its next step.
 *
 * <p>One thread at a time uses a row; who hands it to another thread does so through a lock. The caller closes it.
 */
public final class Row implements AutoCloseable {
    private final Trajectory trajectory;
    private final NoiseKey key;
    private final int label;
    private final double guidance;
    private final @Nullable Source source;
    private int position;
    private @Nullable NDArray registers;
    private @Nullable Device device;
    private @Nullable FutureTask<float[]> noise;

    /**
     * A row at the beginning of {@code trajectory}, from noise alone. It holds nothing on a device before its first step.
     *
     * @param seed key of its noise
     * @param image number of the image within its request, the second half of the key
     * @param label class, or the one that means none
     * @param guidance scale of classifier-free guidance; 1 is off
     */
    public Row(Trajectory trajectory, long seed, int image, int label, double guidance) {
        this(trajectory, new NoiseKey(seed, image, null), label, guidance, null);
    }

    /**
     * The same from an image, or from blended noise.
     *
     * @param key of its noise
     * @param source the image; null for noise alone
     */
    public Row(Trajectory trajectory, NoiseKey key, int label, double guidance, @Nullable Source source) {
        this.trajectory = trajectory;
        this.key = key;
        this.label = label;
        this.guidance = guidance;
        this.source = source;
    }

    /** The image it is made from, if any. */
    @Nullable
    Source source() {
        return source;
    }

    /** Whether part of its image is known and kept. */
    boolean hasKnown() {
        return source != null && source.known() != null;
    }

    /** Registers it holds: those of its trajectory, of which r0 comes first, and behind that one the known image and mask. */
    int registersHeld() {
        return trajectory.registers() + (hasKnown() ? Source.REGISTERS : 0);
    }

    /** Whether every step of its trajectory is done. */
    public boolean isDone() {
        return position == trajectory.steps().size();
    }

    /** Its whole way. */
    Trajectory trajectory() {
        return trajectory;
    }

    /** Takes a step without a network: nothing is computed, for measuring what is around it. */
    public void skip() {
        position++;
    }

    /** Rows of the network's batch that its next step takes: 2 where it is guided, 0 where the network isn't called. */
    public int networkRows() {
        return isDone() || !next().callsNetwork() ? 0 : isGuided() ? 2 : 1;
    }

    /** Steps it has taken. */
    public int stepsTaken() {
        return position;
    }

    /** Steps it still has to take. */
    public int stepsLeft() {
        return trajectory.steps().size() - position;
    }

    /** Rows of the network's batch that it takes until its end. */
    public long networkRowsLeft() {
        long calls = trajectory.steps().stream()
                .skip(position)
                .filter(ReverseStep::callsNetwork)
                .count();
        return calls * (isGuided() ? 2 : 1);
    }

    ReverseStep next() {
        return trajectory.steps().get(position);
    }

    /** Whether the network is asked twice, with and without the label (Ho and Salimans 2022). */
    boolean isGuided() {
        return guidance != 1;
    }

    int label() {
        return label;
    }

    double guidance() {
        return guidance;
    }

    /** {@code [K, C·H·W]}, or null before the first step. */
    @Nullable
    NDArray registers() {
        return registers;
    }

    /** Where its registers are; null before the first step. Asking the array itself costs a native call. */
    @Nullable
    Device device() {
        return device;
    }

    /** Frees what it held and holds {@code values}, which are on {@code where}, instead. */
    void hold(NDArray values, Device where) {
        close();
        registers = values;
        device = where;
    }

    void advanceTo(NDArray values, Device where) {
        hold(values, where);
        position++;
    }

    /** The work of making the noise that its next step needs ({@code length} numbers); null where that needs none. */
    @Nullable
    FutureTask<float[]> noiseAhead(NoiseSource source, int length) {
        if (noise == null && !isDone()) {
            int draw = registers == null ? 0 : next().draw();
            noise = registers == null || next().draws() ? draw(source, draw, length) : null;
        }
        return noise;
    }

    private FutureTask<float[]> draw(NoiseSource source, int draw, int length) {
        return new FutureTask<>(() -> {
            float[] values = new float[length];
            key.fill(source, draw, values);
            return values;
        });
    }

    /** The noise of the next draw: made ahead by another thread, or else now. */
    float[] takeNoise(NoiseSource source, int length) {
        FutureTask<float[]> task = noiseAhead(source, length);
        if (task == null) {
            throw new IllegalStateException("step " + position + " draws no noise");
        }
        noise = null;
        task.run(); // does nothing where it has begun
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while noise was made", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("noise can't be made", e.getCause());
        }
    }

    /** Frees what it holds on a device. */
    @Override
    public void close() {
        if (registers != null) {
            registers.close();
            registers = null;
        }
    }
}
