package io.stepwise.model;

import io.stepwise.model.ResnetBlock.Resample;
import io.stepwise.model.UNetConfig.ResampleType;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one resolution, in order, on the way down and on the way up.
 *
 * @param config of the whole network
 * @param type block type as in {@code config.json}
 * @param prefix of the level's parameter names, such as {@code down_blocks.0.}
 * @param channels of the level
 * @param last whether the level ends without a change of resolution
 * @param emb variable of the activated time embedding
 */
record Level(UNetConfig config, String type, String prefix, int channels, boolean last, String emb) {
    private static final double SKIP_SCALE = Math.sqrt(2); // of the NCSN++ blocks (Song et al. 2021)

    /** The state between levels: the features and, for NCSN++ blocks, the image beside them. */
    record State(Value features, @Nullable Value image) {}

    private boolean skips() {
        return type.contains("Skip");
    }

    private boolean attends() {
        return type.startsWith("Attn");
    }

    /** Writes the way down, and pushes the skip connections onto {@code residuals}. */
    State down(Ops ops, State in, Deque<Value> residuals) {
        Value x = in.features();
        for (int i = 0; i < config.layersPerBlock(); i++) {
            x = resnet("resnets." + i, x.channels(), Resample.NONE, false).forward(ops, x, emb);
            x = attends() ? attention(i).forward(ops, x) : x;
            residuals.push(x);
        }
        if (last) {
            return new State(x, in.image());
        }
        Value image = in.image();
        if (skips()) {
            x = resnet("resnet_down", channels, Resample.FIR_DOWN, true).forward(ops, x, emb);
            image = ops.firDownsample(image(in));
            x = ops.add(ops.conv(image, prefix + "skip_conv", channels, 1, 1, 0), x);
        } else if (resamplesByResnet("Downsample", config.downsampleType())) {
            x = resnet("downsamplers.0", channels, Resample.AVERAGE_DOWN, false).forward(ops, x, emb);
        } else {
            Value padded = config.downsamplePadding() == 0 ? ops.padRightBottom(x) : x;
            x = ops.conv(padded, prefix + "downsamplers.0.conv", channels, 3, 2, config.downsamplePadding());
        }
        residuals.push(x);
        return new State(x, image);
    }

    /** Writes the way up, with the skip connections from {@code residuals}. */
    State up(Ops ops, State in, Deque<Value> residuals) {
        Value x = in.features();
        for (int i = 0; i <= config.layersPerBlock(); i++) {
            Value h = ops.concat(x, residuals.pop());
            x = resnet("resnets." + i, groupsOfUp(x.channels(), h.channels()), Resample.NONE, false)
                    .forward(ops, h, emb);
            x = attends() && !skips() ? attention(i).forward(ops, x) : x;
        }
        if (skips()) {
            return upWithImage(ops, attends() ? attention(0).forward(ops, x) : x, in.image());
        }
        if (last) {
            return new State(x, in.image());
        }
        if (resamplesByResnet("Upsample", config.upsampleType())) {
            x = resnet("upsamplers.0", channels, Resample.NEAREST_UP, false).forward(ops, x, emb);
        } else {
            x = ops.conv(ops.upsampleNearest(x), prefix + "upsamplers.0.conv", channels, 3, 1, 1);
        }
        return new State(x, in.image());
    }

    /** The end of an NCSN++ level: its contribution is added to the output image. */
    private State upWithImage(Ops ops, Value x, @Nullable Value imageBefore) {
        Value image = imageBefore == null ? null : ops.firUpsample(imageBefore);
        if (last) {
            return new State(x, image);
        }
        Value h = ops.groupNorm(x, prefix + "skip_norm", Math.min(channels / 4, 32), config.normEps());
        Value addition = ops.conv(ops.activate(h, UNetConfig.ActFn.SILU), prefix + "skip_conv", 3, 3, 1, 1);
        image = image == null ? addition : ops.add(image, addition);
        return new State(resnet("resnet_up", channels, Resample.FIR_UP, true).forward(ops, x, emb), image);
    }

    private static Value image(State state) {
        Value image = state.image();
        if (image == null) {
            throw new IllegalStateException("the image runs beside the features on the whole way down");
        }
        return image;
    }

    /** Blocks of type Resnet…2D always resample with a residual block; plain ones only if they have attention. */
    private boolean resamplesByResnet(String direction, ResampleType configured) {
        return type.startsWith("Resnet" + direction) || (attends() && configured == ResampleType.RESNET);
    }

    /** NCSN++ derives a norm's groups from its channels; {@code in} determines the groups of the first norm. */
    private ResnetBlock resnet(String name, int in, Resample resample, boolean shortcut) {
        int groups = skips() ? Math.min(in / 4, 32) : config.normNumGroups();
        int groupsOut = skips() ? Math.min(channels / 4, 32) : config.normNumGroups();
        return new ResnetBlock(
                prefix + name + ".",
                channels,
                groups,
                groupsOut,
                config.normEps(),
                config.actFn(),
                config.resnetTimeScaleShift(),
                config.timeDim(),
                config.dropout(),
                skips() ? SKIP_SCALE : 1,
                resample,
                shortcut);
    }

    /**
     * diffusers' AttnSkipUpBlock2D divides only the residual's channels by four; that operator precedence is kept here.
     */
    private int groupsOfUp(int before, int joined) {
        return attends() && skips() ? 4 * (before + (joined - before) / 4) : joined;
    }

    private AttentionBlock attention(int i) {
        Integer headDim = config.attentionHeadDim();
        return new AttentionBlock(
                prefix + "attentions." + i + ".",
                headDim == null ? channels : headDim,
                skips() ? 32 : config.normNumGroups(),
                config.normEps(),
                skips() ? SKIP_SCALE : 1);
    }
}
