package io.stepwise.training.checkpoint;

import io.stepwise.model.OptimizerState;
import io.stepwise.model.ParameterSpec;
import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything a run needs to go on: weights, their average, the optimizer's memory and how far it got. All randomness of
 * a run is keyed by the step, so that no generator's state belongs to it.
 *
 * @param position how far it got
 * @param weights every parameter in the network's order
 * @param average their moving average
 * @param optimizer what Adam remembers
 */
@SuppressWarnings("ArrayRecordComponent") // handed over as it is, never compared
public record Checkpoint(TrainingPosition position, float[] weights, float[] average, OptimizerState optimizer) {

    /** On disk and on the heap, but for names and numbers. */
    public static final int BYTES_PER_PARAMETER = 4 * Float.BYTES;

    /** Optimizer steps done. */
    public int step() {
        return position.step();
    }

    /** Seconds spent training so far. */
    public double wallSeconds() {
        return position.wallSeconds();
    }

    /**
     * Reads what {@link RunFolder#checkpointFolder} holds.
     *
     * @throws DamagedCheckpointException when a file is missing or not what was written
     * @throws io.stepwise.repository.files.InvalidModelException when it is one of another network
     */
    public static Checkpoint read(Path folder, List<ParameterSpec> parameters) throws IOException {
        return CheckpointFiles.read(folder, parameters);
    }
}
