package io.stepwise.repository.safetensors;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Tensors on disk by their names, in one file or in several. Safe for use by several threads. The caller closes it. */
public interface StoredTensors extends AutoCloseable {
    /**
     * Opens a safetensors file, or the files that an index names ({@code *.json}, see {@link SplitSafetensors}).
     *
     * @throws SafetensorsException when a file breaks its format
     */
    static StoredTensors open(Path path) throws IOException {
        return SplitSafetensors.isIndex(path) ? SplitSafetensors.open(path) : Safetensors.open(path);
    }

    Set<String> names();

    /** The tensor's dimensions; empty for a scalar. */
    List<Long> shape(String name);

    Dtype dtype(String name);

    /** Gives the tensor's elements to {@code piece} in turn; see {@link Safetensors#floats(String)}. */
    void floats(String name, Piece piece) throws IOException;

    @Override
    void close() throws IOException;

    /** Takes a tensor's elements, piece by piece. */
    interface Piece {
        /**
         * @param values the elements; valid only until this returns
         * @param count how many there are
         * @param first the index of the first of them in the tensor, in C order
         */
        void take(float[] values, int count, int first) throws IOException;
    }
}
