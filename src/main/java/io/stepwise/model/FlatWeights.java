package io.stepwise.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.stepwise.torchscript.Synchronization;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Every parameter of a network in one contiguous float32 array, with a view of it per parameter.
 *
 * <p>INVARIANT: the views share the array's memory; what is written to one is seen in the other. The manager that was
 * given owns all of them.
 */
public final class FlatWeights {
    /**
     * The staging buffer for copies to a device. Memory outside the heap lives until the garbage collector finds it, so
     * one buffer serves all copies, under its lock.
     */
    private static final ByteBuffer STAGING = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.nativeOrder());

    private final NDArray flat;
    private final NDList views;

    private FlatWeights(NDArray flat, NDList views) {
        this.flat = flat;
        this.views = views;
    }

    /**
     * Copies {@code values} to the device of {@code manager}.
     *
     * @param values as many as all parameters together, in their order
     */
    public static FlatWeights of(NDManager manager, List<ParameterSpec> parameters, float[] values) {
        FlatWeights weights = empty(manager, parameters);
        weights.put(0, values, values.length);
        return weights;
    }

    /** Uninitialized weights in the form of {@code parameters}. */
    public static FlatWeights empty(NDManager manager, List<ParameterSpec> parameters) {
        long size = parameters.stream().mapToLong(ParameterSpec::size).sum();
        return of(manager.create(new Shape(size)), parameters);
    }

    /** Copies the first {@code count} of {@code values} to the device, to the positions from {@code offset} on. */
    public void put(long offset, float[] values, int count) {
        int most = STAGING.capacity() / Float.BYTES;
        for (int begin = 0; begin < count; begin += most) {
            copy(values, begin, Math.min(most, count - begin), offset + begin);
        }
    }

    private void copy(float[] values, int begin, int count, long to) {
        synchronized (STAGING) {
            STAGING.asFloatBuffer().put(values, begin, count);
            ByteBuffer filled = STAGING.slice(0, count * Float.BYTES).order(ByteOrder.nativeOrder());
            try (NDArray part = flat.getManager().create(filled, new Shape(count), DataType.FLOAT32)) {
                flat.set(new NDIndex().addSliceDim(to, to + count), part);
            }
        }
    }

    /** Zeros in the form of {@code parameters}. */
    public static FlatWeights zeros(NDManager manager, List<ParameterSpec> parameters) {
        long size = parameters.stream().mapToLong(ParameterSpec::size).sum();
        return of(manager.zeros(new Shape(size)), parameters);
    }

    private static FlatWeights of(NDArray flat, List<ParameterSpec> parameters) {
        NDList views = new NDList(parameters.size());
        long offset = 0;
        for (ParameterSpec parameter : parameters) {
            long end = offset + parameter.size();
            long[] shape =
                    parameter.shape().stream().mapToLong(Integer::longValue).toArray();
            NDArray slice = flat.get(new NDIndex().addSliceDim(offset, end));
            views.add(slice.reshape(shape));
            slice.close();
            offset = end;
        }
        if (offset != flat.size()) {
            throw new IllegalArgumentException("values has " + flat.size() + " numbers, must have " + offset);
        }
        return new FlatWeights(flat, views);
    }

    /** All numbers, {@code [N]}. */
    public NDArray flat() {
        return flat;
    }

    /** One view per parameter, in their order. */
    public NDList views() {
        return views;
    }

    /** A copy on the heap. */
    public float[] toArray() {
        return Synchronization.floats(flat);
    }
}
