package io.stepwise.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.torchscript.Program;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** Arguments of {@link StepProgram} that never change, made once. Closing frees them. */
final class StepConstants implements AutoCloseable {
    private final NDArray emptyIndices;
    private final NDArray noDraws;
    private final IValue noNoise;

    /**
     * @param manager owns the tensors
     * @param pixels numbers in an image
     */
    StepConstants(NDManager manager, int pixels) {
        emptyIndices = manager.create(LongBuffer.allocate(0), new Shape(0));
        noDraws = manager.create(FloatBuffer.allocate(0), new Shape(0, pixels));
        noNoise = Program.tensor(noDraws);
    }

    /** {@code values} as an argument, int64. */
    IValue indices(long[] values, NDManager scope) {
        return Program.tensor(values.length == 0 ? emptyIndices : scope.create(values));
    }

    /** {@code values} as an argument of {@code shape}, float32. */
    static IValue floats(float[] values, Shape shape, NDManager scope) {
        return Program.tensor(scope.create(FloatBuffer.wrap(values), shape));
    }

    /** The table of a network's batch as an argument. */
    static IValue network(float[] table, NDManager scope) {
        int columns = StepProgram.NETWORK_COLUMNS;
        return floats(table, new Shape(table.length / columns, columns), scope);
    }

    /** The noise argument of a step in which no row draws noise, {@code [0, C·H·W]}. */
    NDArray noDraws() {
        return noDraws;
    }

    /** {@link #noDraws} as an argument. */
    IValue noNoise() {
        return noNoise;
    }

    @Override
    public void close() {
        noNoise.close();
    }
}
