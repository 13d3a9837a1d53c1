package io.stepwise.model;

/** Writes the network for training: nothing in place, with dropout, and with convolutions in bfloat16 on request. */
class TrainingOps extends Ops {
    private final boolean bf16Convolutions;

    TrainingOps(Precision precision) {
        this.bf16Convolutions = precision != Precision.F32;
    }

    @Override
    String convolution(Value x, String weight, String bias, int stride, int padding) {
        if (!bf16Convolutions) {
            return super.convolution(x, weight, bias, stride, padding);
        }
        return assign(
                "torch.to(torch.conv2d(torch.to(%1$s, %6$d), torch.to(%2$s, %6$d), torch.to(%3$s, %6$d), "
                        + "[%4$d, %4$d], [%5$d, %5$d]), %7$d)",
                x.name(), weight, bias, stride, padding, BFLOAT16, FLOAT32);
    }

    @Override
    Value dropout(Value x, double probability) {
        return probability == 0 ? x : map(x, "torch.dropout(%s, %s, True)", x.name(), number(probability));
    }
}
