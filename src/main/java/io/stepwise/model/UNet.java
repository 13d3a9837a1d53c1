package io.stepwise.model;

import io.stepwise.model.ResnetBlock.Resample;
import io.stepwise.model.UNetConfig.ClassEmbedType;
import io.stepwise.model.UNetConfig.TimeScaleShift;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The U-Net of DDPM in the form of diffusers' {@code UNet2DModel}, described once against {@link Ops} (Ho et al. 2020,
 * appendix B). Its parameters carry diffusers' names.
 *
 * @param config the architecture
 * @param height rows of a sample; a multiple of 2^(levels - 1)
 * @param width columns of a sample; a multiple of 2^(levels - 1)
 */
public record UNet(UNetConfig config, int height, int width) implements Network {
    private static final int LEAST_AT_ONCE = 8;
    private static final int ELEMENTS_AT_ONCE = 1 << 22; // of the first feature map; measured on two cores

    public UNet {
        int factor = 1 << (config.blockOutChannels().size() - 1);
        if (height < 1 || width < 1 || height % factor != 0 || width % factor != 0) {
            throw new IllegalArgumentException(
                    "sample_size " + height + "x" + width + " must be positive multiples of " + factor);
        }
    }

    /**
     * The network at its own sample size.
     *
     * @throws IllegalArgumentException when the configuration leaves the size open
     */
    public static UNet of(UNetConfig config) {
        Integer height = config.sampleHeight();
        Integer width = config.sampleWidth();
        if (height == null || width == null) {
            throw new IllegalArgumentException("sample_size null must be given to build this network");
        }
        return new UNet(config, height, width);
    }

    @Override
    public int channels() {
        return config.inChannels();
    }

    @Override
    public @Nullable Integer classes() {
        return config.numClassEmbeds();
    }

    @Override
    public List<Integer> blockOutChannels() {
        return config.blockOutChannels();
    }

    /**
     * The number of samples that a training step works on at a time, by all its workers together. More take more memory
     * and fit no cache; fewer keep the matrices too small.
     */
    public int samplesAtOnce() {
        return Math.max(LEAST_AT_ONCE, ELEMENTS_AT_ONCE / (channels(0) * height * width));
    }

    /**
     * @param sample variable of the noisy image {@code [B, inChannels, height, width]}
     * @param timesteps variable of the timesteps {@code [B]}, float32, fractions allowed
     * @param labels variable of the class labels {@code [B]}; read only by a conditional network. With class embeddings of
     *     type identity, the embeddings themselves {@code [B, timeDim]}
     * @return the prediction {@code [B, outChannels, height, width]}
     */
    @Override
    public Value forward(Ops ops, String sample, String timesteps, String labels) {
        Value x = new Value(sample, config.inChannels(), height, width);
        if (config.centerInputSample()) {
            x = ops.map(x, "torch.sub(torch.mul(%s, 2), 1)", sample);
        }
        String emb = ops.assign("%s", ops.activation(embed(ops, timesteps, labels), config.actFn()));

        Deque<Value> residuals = new ArrayDeque<>();
        Level.State state = new Level.State(ops.conv(x, "conv_in", channels(0), 3, 1, 1), x);
        residuals.push(state.features());
        int levels = config.blockOutChannels().size();
        for (int i = 0; i < levels; i++) {
            state = level(config.downBlockTypes().get(i), "down_blocks." + i, channels(i), i, emb)
                    .down(ops, state, residuals);
        }
        state = new Level.State(middle(ops, state.features(), emb), null);
        for (int i = 0; i < levels; i++) {
            state = level(config.upBlockTypes().get(i), "up_blocks." + i, channels(levels - 1 - i), i, emb)
                    .up(ops, state, residuals);
        }
        return head(ops, state, timesteps);
    }

    private Level level(String type, String prefix, int channels, int i, String emb) {
        boolean last = i == config.blockOutChannels().size() - 1;
        return new Level(config, type, prefix + ".", channels, last, emb);
    }

    private int channels(int level) {
        return config.blockOutChannels().get(level);
    }

    /** The time embedding with the class embedding, {@code [≥ B, timeDim]}, before the activation. */
    private String embed(Ops ops, String timesteps, String labels) {
        TimeEmbedding time = new TimeEmbedding(config);
        String emb = time.project(ops, time.features(ops, ops.withSpareRows(timesteps, 1)), "time_embedding.");
        String classes = classEmbedding(ops, time, labels);
        return classes == null ? emb : ops.assign("torch.add(%s, %s)", emb, classes);
    }

    private @Nullable String classEmbedding(Ops ops, TimeEmbedding time, String labels) {
        ClassEmbedType type = config.classEmbedType();
        Integer rows = config.numClassEmbeds();
        if (type == ClassEmbedType.TIMESTEP) {
            return time.project(ops, time.features(ops, ops.withSpareRows(labels, 1)), "class_embedding.");
        }
        if (type == ClassEmbedType.IDENTITY) {
            return ops.fromFloat(ops.withSpareRows(labels, 2));
        }
        return rows == null
                ? null
                : ops.embedding(ops.withSpareRows(labels, 1), "class_embedding", rows, config.timeDim());
    }

    private Value middle(Ops ops, Value x, String emb) {
        if (config.midBlockType() == null) {
            return x;
        }
        Value h = middleResnet(0).forward(ops, x, emb);
        if (config.addAttention()) {
            Integer headDim = config.attentionHeadDim();
            h = new AttentionBlock(
                            "mid_block.attentions.0.",
                            headDim == null ? h.channels() : headDim,
                            middleAttentionGroups(),
                            config.normEps(),
                            config.midBlockScaleFactor())
                    .forward(ops, h);
        }
        return middleResnet(1).forward(ops, h, emb);
    }

    /** With scale-shift, the middle attention has no norm unless its groups are given, as in diffusers. */
    private int middleAttentionGroups() {
        Integer groups = config.attnNormNumGroups();
        if (groups != null) {
            return groups;
        }
        return config.resnetTimeScaleShift() == TimeScaleShift.DEFAULT ? config.normNumGroups() : 0;
    }

    private ResnetBlock middleResnet(int i) {
        return new ResnetBlock(
                "mid_block.resnets." + i + ".",
                channels(config.blockOutChannels().size() - 1),
                config.normNumGroups(),
                config.normNumGroups(),
                config.normEps(),
                config.actFn(),
                config.resnetTimeScaleShift(),
                config.timeDim(),
                config.dropout(),
                config.midBlockScaleFactor(),
                Resample.NONE,
                false);
    }

    private Value head(Ops ops, Level.State state, String timesteps) {
        Value h = ops.groupNorm(state.features(), "conv_norm_out", config.normNumGroups(), config.normEps());
        h = ops.conv(ops.activate(h, UNetConfig.ActFn.SILU), "conv_out", config.outChannels(), 3, 1, 1);
        Value image = state.image();
        h = image == null ? h : ops.add(image, h);
        if (config.timeEmbeddingType() != UNetConfig.TimeEmbeddingType.FOURIER) {
            return h;
        }
        return ops.map(h, "torch.div(%s, torch.reshape(%s, [-1, 1, 1, 1]))", h.name(), timesteps);
    }
}
