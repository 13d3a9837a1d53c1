package io.stepwise.training.checkpoint;

import io.stepwise.model.ParameterSpec;
import io.stepwise.model.training.OptimizerState;
import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run needs to resume: weights, their average, the optimizer's state and the position. All randomness
 * of a run is keyed by the step, so there is no generator state.
 *
 * @param position of the run
 * @param weights every parameter in the network's order
 * @param average their moving average
 * @param optimizer the state of the optimizer
 * @param powers the post-hoc averages; null for a run that keeps none
 */
@SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
public record Checkpoint(
        TrainingPosition position,
        float[] weights,
        float[] average,
        OptimizerState optimizer,
        @Nullable PowerAverages powers) {

    /** A checkpoint without post-hoc averages. */
    public Checkpoint(TrainingPosition position, float[] weights, float[] average, OptimizerState optimizer) {
        this(position, weights, average, optimizer, null);
    }

    /** Bytes per parameter, on disk and on the heap, without names and small fields. */
    public static int bytesPerParameter(boolean hasPowers) {
        return (4 + (hasPowers ? PowerAverages.WIDTHS.size() : 0)) * Float.BYTES;
    }

    /** Optimizer steps done. */
    public int step() {
        return position.step();
    }

    /** Seconds spent training so far. */
    public double wallSeconds() {
        return position.wallSeconds();
    }

    /**
     * Reads the files in {@link RunFolder#checkpointFolder}.
     *
     * @throws DamagedCheckpointException when a file is missing or differs from what was written
     * @throws io.stepwise.repository.files.InvalidModelException when it belongs to another network
     */
    public static Checkpoint read(Path folder, List<ParameterSpec> parameters) throws IOException {
        return CheckpointFiles.read(folder, parameters);
    }
}
