package io.stepwise.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.torchscript.Program;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** Arguments of {@link StepProgram} that don't change, made once. Closing frees them. */
final class StepConstants implements AutoCloseable {
    private final NDArray emptyIndices;
    private final NDArray noDraws;
    private final IValue noNetwork;
    private final IValue indices;
    private final IValue one = IValue.from(1L);
    private final IValue yes = IValue.from(true);
    private final IValue no = IValue.from(false);

    /**
     * @param manager owns the tensors
     * @param pixels numbers of an image
     */
    StepConstants(NDManager manager, int pixels) {
        emptyIndices = manager.create(LongBuffer.allocate(0), new Shape(0));
        noDraws = manager.create(FloatBuffer.allocate(0), new Shape(0, pixels));
        noNetwork = Program.tensor(manager.create(FloatBuffer.allocate(0), new Shape(0, StepProgram.NETWORK_COLUMNS)));
        indices = Program.tensor(emptyIndices);
    }

    /** No indices, {@code [0]} int64. */
    NDArray emptyIndices() {
        return emptyIndices;
    }

    /** The noise where no row draws any, {@code [0, C·H·W]}. */
    NDArray noDraws() {
        return noDraws;
    }

    /** The table of a network's batch that is the rows themselves. */
    IValue noNetwork() {
        return noNetwork;
    }

    /** {@link #emptyIndices} as an argument. */
    IValue indices() {
        return indices;
    }

    IValue one() {
        return one;
    }

    IValue yes() {
        return yes;
    }

    IValue no() {
        return no;
    }

    @Override
    public void close() {
        for (IValue value : new IValue[] {noNetwork, indices, one, yes, no}) {
            value.close();
        }
    }
}
