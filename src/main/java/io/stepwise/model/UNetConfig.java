package io.stepwise.model;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of diffusers' {@code UNet2DModel}: every key of its {@code config.json}, with the same meaning and
 * the same names in camel case.
 *
 * @param sampleHeight rows of a sample; null when the configuration leaves the size open
 * @param sampleWidth columns of a sample; null together with {@code sampleHeight}
 * @param inChannels channels of the input, at least 1
 * @param outChannels channels of the output, at least 1; twice {@code inChannels} when the variance is learned
 * @param centerInputSample map an input in [0,1] to [-1,1] first
 * @param timeEmbeddingType how a timestep becomes a vector
 * @param timeEmbeddingDim width of the time embedding; null means four times the first block's channels
 * @param freqShift subtracted from half the width in the exponent of the sinusoidal frequencies
 * @param flipSinToCos cosine half first (diffusers' default); false in google's checkpoints
 * @param downBlockTypes one per level, from the full resolution down
 * @param midBlockType null for none
 * @param upBlockTypes one per level, from the lowest resolution up
 * @param blockOutChannels channels per level, from the full resolution down
 * @param layersPerBlock residual blocks per level on the way down; one more on the way up
 * @param midBlockScaleFactor what the middle block's residual sums are divided by
 * @param downsamplePadding 1 is symmetric; 0 pads the right and the bottom only
 * @param downsampleType conv or resnet
 * @param upsampleType conv or resnet
 * @param dropout probability in [0,1) while training
 * @param actFn activation inside the residual blocks; the last one is always SiLU
 * @param attentionHeadDim channels per head; null is one head
 * @param normNumGroups groups of every group norm
 * @param attnNormNumGroups groups of the middle attention's norm; null means {@code normNumGroups}
 * @param normEps group norm's epsilon
 * @param resnetTimeScaleShift how the time embedding enters a residual block
 * @param classEmbedType null with {@code numClassEmbeds} is a lookup table
 * @param numClassEmbeds rows of that table; null for an unconditional model
 * @param numTrainTimesteps rows of the learned time embedding; null otherwise
 * @param addAttention whether the middle block has attention
 */
public record UNetConfig(
        @Nullable Integer sampleHeight,
        @Nullable Integer sampleWidth,
        int inChannels,
        int outChannels,
        boolean centerInputSample,
        TimeEmbeddingType timeEmbeddingType,
        @Nullable Integer timeEmbeddingDim,
        double freqShift,
        boolean flipSinToCos,
        List<String> downBlockTypes,
        @Nullable String midBlockType,
        List<String> upBlockTypes,
        List<Integer> blockOutChannels,
        int layersPerBlock,
        double midBlockScaleFactor,
        int downsamplePadding,
        ResampleType downsampleType,
        ResampleType upsampleType,
        double dropout,
        ActFn actFn,
        @Nullable Integer attentionHeadDim,
        int normNumGroups,
        @Nullable Integer attnNormNumGroups,
        double normEps,
        TimeScaleShift resnetTimeScaleShift,
        @Nullable ClassEmbedType classEmbedType,
        @Nullable Integer numClassEmbeds,
        @Nullable Integer numTrainTimesteps,
        boolean addAttention) {

    /** The supported kinds of level on the way down. */
    public static final Set<String> DOWN_BLOCK_TYPES = Set.of(
            "DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D", "SkipDownBlock2D", "AttnSkipDownBlock2D");

    /** The supported kinds of level on the way up. */
    public static final Set<String> UP_BLOCK_TYPES =
            Set.of("UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D", "SkipUpBlock2D", "AttnSkipUpBlock2D");

    /** The supported middle block. */
    public static final String MID_BLOCK_TYPE = "UNetMidBlock2D";

    private static final int MAX_LEVELS = 12;
    private static final int MAX_CHANNELS = 1 << 16;
    private static final int MAX_SIZE = 1 << 14;
    private static final int MAX_LAYERS = 64;
    private static final int MAX_ROWS = 10_000_000;
    private static final int SKIP_IMAGE_CHANNELS = 3; // fixed in diffusers' Skip blocks, as are these groups
    private static final int SKIP_ATTENTION_GROUPS = 32;

    /** Checks ranges and relations between fields; messages name the keys as in {@code config.json}. */
    public UNetConfig {
        downBlockTypes = List.copyOf(downBlockTypes);
        upBlockTypes = List.copyOf(upBlockTypes);
        blockOutChannels = List.copyOf(blockOutChannels);
        requireLevels(downBlockTypes, midBlockType, upBlockTypes, blockOutChannels);
        requireSampleSize(sampleHeight, sampleWidth, blockOutChannels.size());
        requireRange("in_channels", inChannels, 1, MAX_CHANNELS);
        requireRange("out_channels", outChannels, 1, MAX_CHANNELS);
        requireSkips("down_block_types", downBlockTypes, "in_channels", inChannels, blockOutChannels, true);
        requireSkips("up_block_types", upBlockTypes, "out_channels", outChannels, blockOutChannels, false);
        requireRange("layers_per_block", layersPerBlock, 1, MAX_LAYERS);
        requireRange("downsample_padding", downsamplePadding, 0, 1);
        require(dropout >= 0 && dropout < 1, "dropout", dropout, "in [0, 1)");
        require(normEps > 0 && normEps < 1, "norm_eps", normEps, "in (0, 1)");
        boolean positive = midBlockScaleFactor > 0 && Double.isFinite(midBlockScaleFactor);
        require(positive, "mid_block_scale_factor", midBlockScaleFactor, "a positive number");
        requireNorms(blockOutChannels, normNumGroups);
        requireTime(timeEmbeddingType, timeEmbeddingDim, freqShift, blockOutChannels.get(0), numTrainTimesteps);
        if (numClassEmbeds != null) {
            requireRange("num_class_embeds", numClassEmbeds, 1, MAX_ROWS);
        }
        boolean midAttention = midBlockType != null && addAttention;
        requireHeads(attentionHeadDim, downBlockTypes, upBlockTypes, blockOutChannels, midAttention);
        if (midAttention && attnNormNumGroups != null) {
            int deepest = blockOutChannels.get(blockOutChannels.size() - 1);
            requireDivides("attn_norm_num_groups", attnNormNumGroups, deepest);
        }
    }

    private static void requireLevels(
            List<String> down, @Nullable String mid, List<String> up, List<Integer> channels) {
        requireRange("the length of block_out_channels", channels.size(), 1, MAX_LEVELS);
        int levels = channels.size();
        String asMany = "of length " + levels + ", as block_out_channels " + channels;
        require(down.size() == levels, "down_block_types", down, asMany);
        require(up.size() == levels, "up_block_types", up, asMany);
        for (int i = 0; i < levels; i++) {
            requireOneOf("down_block_types[" + i + "]", down.get(i), DOWN_BLOCK_TYPES);
            requireOneOf("up_block_types[" + i + "]", up.get(i), UP_BLOCK_TYPES);
        }
        if (mid != null) {
            requireOneOf("mid_block_type", mid, Set.of(MID_BLOCK_TYPE));
        }
    }

    /** In Skip blocks (NCSN++) an image runs beside the features, down from the first level or up to the last. */
    private static void requireSkips(
            String key, List<String> types, String imageKey, int image, List<Integer> channels, boolean down) {
        int last = types.size() - 1;
        for (int i = 0; i <= last; i++) {
            String type = types.get(i);
            if (type.contains("Skip")) {
                List<String> beside = down ? types.subList(0, i) : types.subList(i, last + 1);
                require(
                        beside.stream().allMatch(each -> each.contains("Skip")),
                        key,
                        types,
                        "Skip blocks " + (down ? "before" : "after") + " every Skip block");
                require(i == last || image == SKIP_IMAGE_CHANNELS, imageKey, image, "3 with " + type);
                int width = channels.get(down ? i : last - i);
                require(
                        !type.startsWith("Attn") || width % SKIP_ATTENTION_GROUPS == 0,
                        "block_out_channels",
                        channels,
                        "multiples of 32 at the levels of " + type);
            }
        }
    }

    private static void requireSampleSize(@Nullable Integer height, @Nullable Integer width, int levels) {
        if (height == null && width == null) {
            return;
        }
        String size = "[" + height + ", " + width + "]";
        require(height != null && width != null, "sample_size", size, "two numbers or none");
        for (Integer side : List.of(height, width)) {
            int multiple = 1 << (levels - 1);
            require(
                    side >= 1 && side <= MAX_SIZE && side % multiple == 0,
                    "sample_size",
                    size,
                    "multiples of " + multiple + " (2^(levels - 1)) in 1 … " + MAX_SIZE);
        }
    }

    private static void requireNorms(List<Integer> channels, int groups) {
        requireRange("norm_num_groups", groups, 1, MAX_CHANNELS);
        for (int i = 0; i < channels.size(); i++) {
            requireRange("block_out_channels[" + i + "]", channels.get(i), 1, MAX_CHANNELS);
            require(
                    channels.get(i) % groups == 0,
                    "block_out_channels[" + i + "]",
                    channels.get(i),
                    "a multiple of norm_num_groups " + groups);
        }
    }

    private static void requireTime(
            TimeEmbeddingType type,
            @Nullable Integer dim,
            double freqShift,
            int channels,
            @Nullable Integer numTrainTimesteps) {
        if (dim != null) {
            requireRange("time_embedding_dim", dim, 1, MAX_CHANNELS);
        }
        if (numTrainTimesteps != null) {
            requireRange("num_train_timesteps", numTrainTimesteps, 1, MAX_ROWS);
        }
        int half = channels / 2;
        switch (type) {
            case POSITIONAL ->
                require(
                        Double.isFinite(freqShift) && freqShift < half,
                        "freq_shift",
                        freqShift,
                        "below " + half + ", half of block_out_channels[0]");
            case LEARNED ->
                require(
                        numTrainTimesteps != null,
                        "num_train_timesteps",
                        numTrainTimesteps,
                        "given for time_embedding_type learned");
            case FOURIER -> {}
        }
    }

    private static void requireHeads(
            @Nullable Integer headDim,
            List<String> down,
            List<String> up,
            List<Integer> channels,
            boolean midAttention) {
        int levels = channels.size();
        for (int i = 0; i < levels; i++) {
            boolean attention = down.get(i).startsWith("Attn")
                    || up.get(levels - 1 - i).startsWith("Attn")
                    || (midAttention && i == levels - 1);
            if (attention && headDim != null) {
                requireDivides("attention_head_dim", headDim, channels.get(i));
            }
        }
    }

    private static void requireDivides(String key, int value, int channels) {
        require(value >= 1 && channels % value == 0, key, value, "a divisor of the level's channels " + channels);
    }

    private static void requireRange(String key, int value, int min, int max) {
        require(value >= min && value <= max, key, value, min + " … " + max);
    }

    private static void requireOneOf(String key, String value, Set<String> allowed) {
        require(
                allowed.contains(value),
                key,
                value,
                "one of " + allowed.stream().sorted().toList());
    }

    private static void require(boolean holds, String key, @Nullable Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(key + " " + value + " must be " + allowed);
        }
    }

    /** How a timestep becomes a vector; names as in {@code config.json}. */
    public enum TimeEmbeddingType {
        POSITIONAL,
        FOURIER,
        LEARNED
    }

    /** How a level changes resolution; names as in {@code config.json}. */
    public enum ResampleType {
        CONV,
        RESNET
    }

    /** Activation functions; {@code swish} reads as SILU. */
    public enum ActFn {
        SILU,
        MISH,
        GELU,
        RELU
    }

    /** {@code default}: added after the first convolution; {@code scale_shift}: scales and shifts the second norm. */
    public enum TimeScaleShift {
        DEFAULT,
        SCALE_SHIFT
    }

    /** How a class label becomes a vector if it is not looked up in a table. */
    public enum ClassEmbedType {
        TIMESTEP,
        IDENTITY
    }

    /** Width of the time embedding. */
    public int timeDim() {
        return timeEmbeddingDim == null ? 4 * blockOutChannels.get(0) : timeEmbeddingDim;
    }

    /** Whether the second half of the output says the variance of the steps (Nichol and Dhariwal 2021). */
    public boolean learnsVariance() {
        return outChannels == 2 * inChannels;
    }
}
