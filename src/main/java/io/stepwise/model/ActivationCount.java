package io.stepwise.model;

import io.stepwise.model.UNetConfig.ActFn;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes the network for training and counts, for one sample, the bytes that libtorch's operators keep from the forward
 * pass until their backward pass, each tensor once.
 */
final class ActivationCount extends TrainingOps {
    private final int elementBytes;
    private final Set<String> counted = new HashSet<>();
    private long bytes;
    private long skips;
    private long largest;

    ActivationCount(Precision precision) {
        super(precision);
        elementBytes = precision == Precision.F32 ? Float.BYTES : Short.BYTES;
    }

    /** Bytes of one sample kept until the backward pass. */
    long bytes() {
        return bytes;
    }

    /** Bytes of one sample's skip connections. */
    long skips() {
        return skips;
    }

    /** Bytes of the largest feature map of one sample. */
    long largest() {
        return largest;
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
    Value concat(Value x, Value skip) {
        skips += elements(skip) * elementBytes;
        return super.concat(x, skip);
    }

    private static long elements(Value x) {
        return (long) x.channels() * x.height() * x.width();
    }

    @Override
    String convolution(Value x, String weight, String bias, int stride, int padding) {
        keep(x);
        return super.convolution(x, weight, bias, stride, padding);
    }

    @Override
    String linear(String x, String name, int in, int out, int rows) {
        keep(x, (long) rows * in);
        return super.linear(x, name, in, out, rows);
    }

    @Override
    String normalization(Value x, int groups, String weight, String bias, double eps) {
        keep(x);
        return super.normalization(x, groups, weight, bias, eps);
    }

    @Override
    Value activate(Value x, ActFn function) {
        keep(x);
        return super.activate(x, function);
    }

    @Override
    Value dropout(Value x, double probability) {
        if (probability > 0) {
            bytes += elements(x) * elementBytes; // the mask
        }
        return super.dropout(x, probability);
    }

    @Override
    Value scaleShift(Value x, String scaleShift) {
        keep(x);
        return super.scaleShift(x, scaleShift);
    }

    @Override
    Value addPerChannel(Value x, String b) {
        keep(x);
        return super.addPerChannel(x, b);
    }

    @Override
    Value averagePool(Value x) {
        keep(x);
        return super.averagePool(x);
    }

    @Override
    Value firDownsample(Value x) {
        keep(x);
        return super.firDownsample(x);
    }

    @Override
    Value firUpsample(Value x) {
        keep(x);
        return super.firUpsample(x);
    }

    @Override
    String attention(String q, String k, String v, int heads, int inner, int positions) {
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
