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
 * Reusable tensors for the table of a plain step, the most frequent kind. Making a tensor for every step costs half a
 * percent of a step of one row. Where the memory of a tensor is not accessible, as on a GPU, a new tensor is made each
 * time.
 *
 * <p>Thread-safe. Closing frees the tensors that are not in use.
 */
final class PlainTables implements AutoCloseable {
    private final NDManager manager;
    private final ConcurrentHashMap<Integer, Table> unused = new ConcurrentHashMap<>();

    /** @param manager owns the tensors */
    PlainTables(NDManager manager) {
        this.manager = manager;
    }

    /**
     * A table in use by one step. Closing it lets another step use it.
     *
     * @param memory of the tensor; null if it is not accessible
     */
    record Table(PlainTables owner, int rows, NDArray tensor, IValue argument, @Nullable FloatBuffer memory)
            implements AutoCloseable {
        @Override
        public void close() {
            Table same = memory == null ? this : owner.unused.putIfAbsent(rows, this);
            if (same != null) { // another table is kept already
                free();
            }
        }

        private void free() {
            argument.close();
            tensor.close();
        }
    }

    /** A table of {@code rows} rows that holds {@code columns}; the caller closes it. */
    Table of(float[] columns, int rows) {
        Table table = unused.remove(rows);
        if (table == null) {
            return make(columns, rows);
        }
        Objects.requireNonNull(table.memory).put(0, columns); // only tables with accessible memory are kept
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
