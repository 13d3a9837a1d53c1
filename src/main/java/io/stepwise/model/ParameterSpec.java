package io.stepwise.model;

import java.util.List;

/**
 * A parameter of a network.
 *
 * @param name as in a diffusers checkpoint, such as {@code down_blocks.0.resnets.1.conv1.weight}
 * @param shape sizes of its dimensions, each at least 1
 */
public record ParameterSpec(String name, List<Integer> shape) {
    public ParameterSpec {
        shape = List.copyOf(shape);
        for (int size : shape) {
            if (size < 1) {
                throw new IllegalArgumentException(name + " has shape " + shape + ", every size must be at least 1");
            }
        }
    }

    /** The number of its elements. */
    public long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }
}
