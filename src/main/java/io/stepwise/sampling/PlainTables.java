package io.stepwise.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.torchscript.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The table of the most frequent kind of step as an argument, in memory that is written anew for every step: making a
 * tensor costs half a percent of a step of one row. Where a tensor's memory can't be reached, as on a GPU, a tensor is made each time.
 *
 * <p>Thread-safe. Closing frees what isn't in use.
 */
final class PlainTables implements AutoCloseable {
    private final NDManager manager;
    private final ConcurrentHashMap<Integer, Table> unused = new ConcurrentHashMap<>();

    /** @param manager owns the tensors */
    PlainTables(NDManager manager) {
        this.manager = manager;
    }

    /**
     * A table in use by one step. Closing lets another use it.
     *
     * @param memory of the tensor; null where it can't be reached
     */
    record Table(PlainTables owner, int rows, NDArray tensor, IValue argument, @Nullable FloatBuffer memory)
            implements AutoCloseable {
        @Override
        public void close() {
            Table same = memory == null ? this : owner.unused.putIfAbsent(rows, this);
            if (same != null) { // one is kept already
                free();
            }
        }

        private void free() {
            argument.close();
            tensor.close();
        }
    }

    /** {@code columns} of {@code rows} rows; the caller closes it. */
    Table of(float[] columns, int rows) {
        Table table = unused.remove(rows);
        if (table == null) {
            return make(columns, rows);
        }
        Objects.requireNonNull(table.memory).put(0, columns); // or it wouldn't have been kept
        return table;
    }

    private Table make(float[] columns, int rows) {
        NDArray tensor = manager.create(FloatBuffer.wrap(columns), new Shape(rows, columns.length / rows));
        return new Table(this, rows, tensor, Program.tensor(tensor), memory(tensor));
    }

    private static @Nullable FloatBuffer memory(NDArray tensor) {
        if (tensor.getDevice().isGpu()) {
            return null;
        }
        ByteBuffer memory = tensor.toByteBuffer(true);
        return memory.isDirect() ? memory.order(ByteOrder.nativeOrder()).asFloatBuffer() : null;
    }

    @Override
    public void close() {
        unused.values().forEach(Table::free);
        unused.clear();
    }
}
