package io.stepwise.model.training;

import io.stepwise.model.Network;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.model.UNetConfig.ActFn;
import io.stepwise.model.Value;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes the network for training and counts, for one sample, the bytes that libtorch's operators keep from the forward
 * pass until their backward pass, each tensor once.
 */
public final class ActivationCount extends TrainingOps {
    private static final int MAPS_AT_ONCE = 4; // measured

    private final int elementBytes;
    private final Set<String> counted = new HashSet<>();
    private long bytes;
    private long skips;
    private long largest;

    public ActivationCount(Precision precision) {
        super(precision);
        elementBytes = precision == Precision.F32 ? Float.BYTES : Short.BYTES;
    }

    /**
     * Bytes of one sample of a U-Net that libtorch's operators keep between the forward and the backward pass of a training
     * step, without the temporary memory of the operators.
     */
    public static long bytes(UNet net, Precision precision) {
        ActivationCount count = new ActivationCount(precision);
        net.forward(count, "x", "t", "y");
        return count.bytes();
    }

    /**
     * Bytes of one sample that are in memory at once while a network runs without gradients, at most: the skip connections,
     * and some of the largest feature maps, which the operators of a residual block read and write.
     */
    public static long inferenceBytes(Network net) {
        ActivationCount count = new ActivationCount(Precision.F32);
        net.forward(count, "x", "t", "y");
        return count.skips + MAPS_AT_ONCE * count.largest;
    }

    /** Bytes of one sample kept until the backward pass. */
    public long bytes() {
        return bytes;
    }

    private void keep(String name, long elements) {
        if (counted.add(name)) {
            bytes += elements * elementBytes;
        }
    }

    private void keep(Value x) {
        keep(x.name(), elements(x));
        largest = Math.max(largest, elements(x) * elementBytes);
    }

    @Override
    public Value concat(Value x, Value skip) {
        skips += elements(skip) * elementBytes;
        return super.concat(x, skip);
    }

    private static long elements(Value x) {
        return (long) x.channels() * x.height() * x.width();
    }

    @Override
    public String convolution(Value x, String weight, String bias, int stride, int padding) {
        keep(x);
        return super.convolution(x, weight, bias, stride, padding);
    }

    @Override
    public String linear(String x, String name, int in, int out, int rows) {
        keep(x, (long) rows * in);
        return super.linear(x, name, in, out, rows);
    }

    @Override
    public String normalization(Value x, int groups, String weight, String bias, double eps) {
        keep(x);
        return super.normalization(x, groups, weight, bias, eps);
    }

    @Override
    public Value activate(Value x, ActFn function) {
        keep(x);
        return super.activate(x, function);
    }

    @Override
    public String transposedConvolution(Value x, String weight, String bias) {
        keep(x);
        return super.transposedConvolution(x, weight, bias);
    }

    @Override
    public String batchNormalization(Value x, String weight, String bias, String mean, String variance) {
        keep(x);
        return super.batchNormalization(x, weight, bias, mean, variance);
    }

    @Override
    public Value leakyRelu(Value x, double slope) {
        keep(x);
        return super.leakyRelu(x, slope);
    }

    @Override
    public Value tanh(Value x) {
        Value y = super.tanh(x);
        keep(y);
        return y;
    }

    @Override
    public Value dropout(Value x, double probability) {
        if (probability > 0) {
            bytes += elements(x) * elementBytes; // the mask
        }
        return super.dropout(x, probability);
    }

    @Override
    public Value scaleShift(Value x, String scaleShift) {
        keep(x);
        return super.scaleShift(x, scaleShift);
    }

    @Override
    public Value addPerChannel(Value x, String b) {
        keep(x);
        return super.addPerChannel(x, b);
    }

    @Override
    public Value averagePool(Value x) {
        keep(x);
        return super.averagePool(x);
    }

    @Override
    public Value firDownsample(Value x) {
        keep(x);
        return super.firDownsample(x);
    }

    @Override
    public Value firUpsample(Value x) {
        keep(x);
        return super.firUpsample(x);
    }

    @Override
    public String attention(String q, String k, String v, int heads, int inner, int positions) {
        long tokens = (long) positions * inner;
        keep(q, tokens);
        keep(k, tokens);
        keep(v, tokens);
        String mixed = super.attention(q, k, v, heads, inner, positions);
        long rows = (long) heads * positions;
        long weights = positions > FEW_POSITIONS ? rows : rows * positions; // the sums of the softmax, or all of it
        bytes += (tokens + weights) * elementBytes;
        return mixed;
    }
}
