package io.stepwise.model.latent;

import io.stepwise.model.Ops;
import io.stepwise.model.Value;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The shape of networks between square images of three channels and latent vectors.
 *
 * @param size rows and columns of an image: a power of two, 16 … 128
 * @param latentSize numbers in a latent vector, 1 … 1024 and at most those of an image
 * @param blockOutChannels channels of each level below the image's, from the finest one (half the size) down; each 1 … 4096
 * @param classes the number of classes; null for none
 */
public record LatentShape(int size, int latentSize, List<Integer> blockOutChannels, @Nullable Integer classes) {
    /** Images have the channels red, green and blue. */
    public static final int CHANNELS = 3;

    /** The side of the coarsest level in the networks that are trained here. */
    public static final int COARSEST = 4;

    private static final int LEAST_SIZE = 16;
    private static final int MOST_SIZE = 128;
    private static final int MOST_CHANNELS = 4096;
    private static final int MOST_LATENT = 1024;
    private static final int LEAST_AT_ONCE = 8;
    private static final int ELEMENTS_AT_ONCE = 1 << 22; // of the largest feature map, as of a U-Net

    /** @throws IllegalArgumentException naming the component that is out of range, by its name in files */
    public LatentShape {
        blockOutChannels = List.copyOf(blockOutChannels);
        require("sample_size", size, isPossible(size), "a power of two, " + LEAST_SIZE + " … " + MOST_SIZE);
        int most = Math.min(MOST_LATENT, CHANNELS * size * size);
        require("latent_size", latentSize, latentSize >= 1 && latentSize <= most, "1 … " + most);
        int levels = blockOutChannels.size();
        boolean fits = levels >= 1 && levels < 31 - Integer.numberOfLeadingZeros(size);
        boolean positive = blockOutChannels.stream().allMatch(channels -> channels >= 1 && channels <= MOST_CHANNELS);
        require(
                "block_out_channels",
                blockOutChannels,
                fits && positive,
                "one for each level of an image of " + size + ", each 1 … " + MOST_CHANNELS);
        require("num_class_embeds", classes, classes == null || classes >= 1, "null or 1 or more");
    }

    /** Whether images of this many rows and columns can be made. */
    public static boolean isPossible(int size) {
        return size >= LEAST_SIZE && size <= MOST_SIZE && Integer.bitCount(size) == 1;
    }

    /**
     * The usual shape: levels down to 4 × 4, each with twice the channels of the finer one (Radford et al. 2016, figure 1).
     *
     * @param channels of the finest level
     */
    public static LatentShape of(int size, int latentSize, int channels, @Nullable Integer classes) {
        int levels = Integer.numberOfTrailingZeros(size / COARSEST);
        return new LatentShape(
                size,
                latentSize,
                IntStream.range(0, levels).mapToObj(level -> channels << level).toList(),
                classes);
    }

    private static void require(String name, @Nullable Object value, boolean holds, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " " + value + " must be " + allowed);
        }
    }

    /** The number of samples that a training step works on at a time, by all its workers together. */
    public int samplesAtOnce() {
        return Math.max(LEAST_AT_ONCE, ELEMENTS_AT_ONCE / (channels(0) * size * size / 4));
    }

    /** The number of levels. */
    int levels() {
        return blockOutChannels.size();
    }

    /** Channels of level {@code i}, from 0 (the finest). */
    int channels(int i) {
        return blockOutChannels.get(i);
    }

    /** Channels of the coarsest level. */
    int deepest() {
        return channels(levels() - 1);
    }

    /** Rows and columns of the coarsest level. */
    int coarsest() {
        return size >> levels();
    }

    /** Numbers of the coarsest level. */
    int features() {
        return deepest() * coarsest() * coarsest();
    }

    /** The image as a network reads it. */
    Value image(String name) {
        return new Value(name, CHANNELS, size, size);
    }

    /** The latent vectors {@code [B, latentSize]} in states: the first numbers of each. */
    String latent(Ops ops, String states) {
        return ops.assign("torch.narrow(torch.flatten(%s, 1), 1, 0, %d)", states, latentSize);
    }

    /**
     * {@code vectors [≥ B, n]} with the classes beside them: a vector of each class, learned, of {@code latentSize} numbers.
     *
     * @param labels variable of the labels, with as many rows
     */
    String beside(Ops ops, String vectors, String name, String labels) {
        return classes == null
                ? vectors
                : ops.assign("torch.cat([%s, %s], 1)", vectors, ops.embedding(labels, name, classes, latentSize));
    }

    /** The length of {@link #beside} for vectors of {@code length} numbers. */
    int besides(int length) {
        return classes == null ? length : length + latentSize;
    }

    /** {@code vectors [B, features]} as the feature map of the coarsest level. */
    Value unflattened(Ops ops, String vectors) {
        int side = coarsest();
        return new Value(
                ops.assign(
                        "torch.contiguous(torch.view(%s, [-1, %d, %d, %d]), memory_format=2)",
                        vectors, deepest(), side, side),
                deepest(),
                side,
                side);
    }
}
