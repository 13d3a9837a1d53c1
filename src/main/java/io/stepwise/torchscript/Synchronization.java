package io.stepwise.torchscript;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.function.Function;

/**
 * Waits for a GPU, where a call only queues its work, and reads its results.
 *
 * <p>DJL copies an array from a GPU before it is read, and the copy belongs to the array's manager: where that lives long, so
 * would every copy. It can't copy bfloat16, which ends the process. Neither happens here.
 */
public final class Synchronization {
    private Synchronization() {}

    /** Returns when {@code results} have been computed; closes them if that fails. */
    public static void await(NDList results) {
        try {
            await(results.get(0));
        } catch (RuntimeException | Error e) {
            results.close();
            throw e;
        }
    }

    /** Returns when {@code result}, which is not empty, has been computed. */
    public static void await(NDArray result) {
        if (result.getDevice().isGpu()) {
            first(result); // reading a number waits for the stream
        }
    }

    /** The numbers of {@code array}, float32, on the heap, once they have been computed. */
    public static float[] floats(NDArray array) {
        return array.getDevice().isGpu() ? scoped(array, NDArray::toFloatArray) : array.toFloatArray();
    }

    static float first(NDArray array) {
        return scoped(
                array,
                same -> same.flatten().get(0).toType(DataType.FLOAT32, false).getFloat());
    }

    /** What {@code read} makes of the array in a scope of its own, which ends with the arrays that {@code read} made. */
    private static <T> T scoped(NDArray array, Function<NDArray, T> read) {
        try (NDManager scope = array.getManager().newSubManager();
                IValue value = Program.tensor(array)) {
            return read.apply(value.toTensor((PtNDManager) scope));
        }
    }
}
