package io.stepwise.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network of a model as programs are compiled for it: it makes images, or takes them from a state to the next one.
 * Two that are equal have the same program.
 */
public interface Network {
    /** Channels of an image. */
    int channels();

    /** Rows of an image. */
    int height();

    /** Columns of an image. */
    int width();

    /** The number of its classes; null if it has none. */
    @Nullable
    Integer classes();

    /** The channels of each level, from the finest one down. */
    List<Integer> blockOutChannels();

    /**
     * Writes the forward pass.
     *
     * @param sample variable of the state {@code [B, channels, height, width]}
     * @param timesteps variable of the timesteps {@code [B]}, float32
     * @param labels variable of the class labels {@code [B]}, int64; read only by a network with classes
     * @return {@code [B, channels or twice as many, height, width]}
     */
    Value forward(Ops ops, String sample, String timesteps, String labels);

    /** Every parameter, in the order in which programs take them. */
    default List<ParameterSpec> parameters() {
        return trace(this).parameters();
    }

    /** The number of elements of all parameters. */
    default long parameterCount() {
        return parameters().stream().mapToLong(ParameterSpec::size).sum();
    }

    /** Floating-point operations of one sample's forward: two per multiplication with addition. */
    default long flops() {
        return 2 * trace(this).multiplyAdds();
    }

    private static Ops trace(Network network) {
        Ops ops = new Ops();
        network.forward(ops, "x", "t", "y");
        return ops;
    }
}
