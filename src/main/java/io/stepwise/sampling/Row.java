package io.stepwise.sampling;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * One image between noise and its final state. Its noise is a pure function of (seed, image), so its result depends
 * neither on the other rows of its batches nor on the {@link StepLoop} that takes its next step.
 *
 * <p>One thread at a time uses a row; it is handed to another thread under a lock. The caller closes it.
 */
public final class Row implements AutoCloseable {
    private final Trajectory trajectory;
    private final NoiseKey key;
    private final int label;
    private final Guidance guidance;
    private final @Nullable Source source;
    private int position;
    private @Nullable NDArray registers;
    private @Nullable Device device;
    private @Nullable FutureTask<float[]> noise;

    /**
     * A row at the start of {@code trajectory}, from pure noise. It holds no memory of a device before its first step.
     *
     * @param seed key of its noise
     * @param image index of the image, the second half of the key
     * @param label the class, or the class that means "no label"
     * @param guidance scale of guidance; 1 means none
     */
    public Row(Trajectory trajectory, long seed, int image, int label, double guidance) {
        this(trajectory, new NoiseKey(seed, image, null), label, Guidance.fromNoLabel(guidance), null);
    }

    /**
     * A row that starts from an image, or from blended noise.
     *
     * @param key of its noise
     * @param source the image; null for pure noise
     */
    public Row(Trajectory trajectory, NoiseKey key, int label, Guidance guidance, @Nullable Source source) {
        this.trajectory = trajectory;
        this.key = key;
        this.label = label;
        this.guidance = guidance;
        this.source = source;
    }

    /** The image that it starts from; null for pure noise. */
    @Nullable
    Source source() {
        return source;
    }

    /** Whether a part of its image is known and kept (inpainting). */
    boolean hasKnown() {
        return source != null && source.known() != null;
    }

    /**
     * The number of its registers: those of its trajectory, and after r0 the known image and the mask, if it has them.
     */
    int registersHeld() {
        return trajectory.registers() + (hasKnown() ? Source.REGISTERS : 0);
    }

    /** Whether every step of its trajectory is done. */
    public boolean isDone() {
        return position == trajectory.steps().size();
    }

    /** Its trajectory. */
    Trajectory trajectory() {
        return trajectory;
    }

    /** Advances by one step without computing anything, to measure the code around the network. */
    public void skip() {
        position++;
    }

    /**
     * Rows of the network's batch that its next step takes: 2 with guidance, 0 if the step does not call the network.
     */
    public int networkRows() {
        return isDone() || !next().callsNetwork() ? 0 : isGuided() ? 2 : 1;
    }

    /** Number of steps taken. */
    public int stepsTaken() {
        return position;
    }

    /** Number of steps left. */
    public int stepsLeft() {
        return trajectory.steps().size() - position;
    }

    /** Rows of the network's batch that all its remaining steps take. */
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

    /**
     * Whether a second output is needed.
     */
    boolean isGuided() {
        return guidance.isOn();
    }

    int label() {
        return label;
    }

    Guidance guidance() {
        return guidance;
    }

    /** Its registers, {@code [K, C·H·W]}; null before the first step. */
    @Nullable
    NDArray registers() {
        return registers;
    }

    /** The device of its registers; null before the first step. Asking the array itself would cost a native call. */
    @Nullable
    Device device() {
        return device;
    }

    /** Frees its registers and takes {@code values}, which lie on {@code where}, instead. */
    void hold(NDArray values, Device where) {
        close();
        registers = values;
        device = where;
    }

    void advanceTo(NDArray values, Device where) {
        hold(values, where);
        position++;
    }

    /** The task that makes the noise of its next step, {@code length} numbers; null if that step draws none. */
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

    /** The noise of the next draw, made ahead by another thread or else now. */
    float[] takeNoise(NoiseSource source, int length) {
        FutureTask<float[]> task = noiseAhead(source, length);
        if (task == null) {
            throw new IllegalStateException("step " + position + " draws no noise");
        }
        noise = null;
        task.run(); // does nothing if the task has begun
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while noise was made", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("noise can't be made", e.getCause());
        }
    }

    /** Frees its memory on the device. */
    @Override
    public void close() {
        if (registers != null) {
            registers.close();
            registers = null;
        }
    }
}
