package io.stepwise.model;

import io.stepwise.model.UNetConfig.ActFn;
import io.stepwise.model.UNetConfig.TimeScaleShift;

/**
 * The residual block of DDPM's U-Net: norm, activation, convolution, the time embedding, norm, activation, dropout,
 * convolution, and the input added (Ho et al. 2020, appendix B; diffusers' {@code ResnetBlock2D}).
 *
 * @param prefix of its parameters' names
 * @param out channels of the result
 * @param groups of the first norm
 * @param groupsOut of the second norm
 * @param eps of the norms
 * @param actFn inside the block
 * @param timeShift how the time embedding enters
 * @param timeDim width of the time embedding
 * @param dropout probability while training
 * @param outputScale what the sum is divided by
 * @param resample applied to both branches, between the first norm and the first convolution
 * @param shortcut whether the input passes a 1×1 convolution even when its channels fit
 */
record ResnetBlock(
        String prefix,
        int out,
        int groups,
        int groupsOut,
        double eps,
        ActFn actFn,
        TimeScaleShift timeShift,
        int timeDim,
        double dropout,
        double outputScale,
        Resample resample,
        boolean shortcut) {

    /** A change of resolution inside the block. */
    enum Resample {
        NONE,
        NEAREST_UP,
        AVERAGE_DOWN,
        FIR_UP,
        FIR_DOWN
    }

    /**
     * @param x the input
     * @param emb the time embedding after the activation, {@code [≥ B, timeDim]}
     */
    Value forward(Ops ops, Value x, String emb) {
        Value h = ops.activate(ops.groupNorm(x, prefix + "norm1", groups, eps), actFn);
        Value skip = resample(ops, x);
        h = resample(ops, h);
        h = ops.conv(h, prefix + "conv1", out, 3, 1, 1);

        boolean scales = timeShift == TimeScaleShift.SCALE_SHIFT;
        String time = ops.timeProjection(emb, prefix + "time_emb_proj", timeDim, scales ? 2 * out : out);
        if (!scales) {
            h = ops.addPerChannel(h, time);
        }
        h = ops.groupNorm(h, prefix + "norm2", groupsOut, eps);
        if (scales) {
            h = ops.scaleShift(h, time);
        }
        h = ops.dropout(ops.activate(h, actFn), dropout);
        h = ops.conv(h, prefix + "conv2", out, 3, 1, 1);
        if (shortcut || x.channels() != out) {
            skip = ops.conv(skip, prefix + "conv_shortcut", out, 1, 1, 0);
        }
        return ops.divide(ops.add(skip, h), outputScale);
    }

    private Value resample(Ops ops, Value x) {
        return switch (resample) {
            case NONE -> x;
            case NEAREST_UP -> ops.upsampleNearest(x);
            case AVERAGE_DOWN -> ops.averagePool(x);
            case FIR_UP -> ops.firUpsample(x);
            case FIR_DOWN -> ops.firDownsample(x);
        };
    }
}
