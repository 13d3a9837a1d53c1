package io.stepwise.repository.safetensors;

import io.stepwise.model.ParameterSpec;
import java.util.List;

/**
 * A named tensor that lies, in C order, in a part of a larger array: {@code data[offset … offset + size())}.
 *
 * @param name as in the state dictionary, not empty
 * @param shape dimensions, each at least 0; empty for a scalar
 * @param data not copied
 * @param offset of the first element
 */
@SuppressWarnings("ArrayRecordComponent") // a view, not a value: the array is shared on purpose
public record Tensor(String name, List<Integer> shape, float[] data, int offset) {
    public Tensor {
        shape = List.copyOf(shape);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name must not be empty");
        }
        if (shape.stream().anyMatch(dimension -> dimension < 0)) {
            throw new IllegalArgumentException("shape " + shape + " of " + name + " must hold numbers of at least 0");
        }
        long last = data.length - size(shape);
        if (offset < 0 || offset > last) {
            throw new IllegalArgumentException("offset " + offset + " of " + name + " must be 0 … " + last);
        }
    }

    /** The parameter {@code spec} at {@code offset} of a flat buffer. */
    public static Tensor of(ParameterSpec spec, float[] data, int offset) {
        return new Tensor(spec.name(), spec.shape(), data, offset);
    }

    public int size() {
        return (int) size(shape);
    }

    private static long size(List<Integer> shape) {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    @Override
    public String toString() {
        return "Tensor[" + name + shape + "]";
    }
}
