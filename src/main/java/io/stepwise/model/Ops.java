package io.stepwise.model;

import io.stepwise.model.UNetConfig.ActFn;
import java.util.List;

/**
 * The operations a network is written in. Each call appends one statement of TorchScript and names its result; a
 * parameter is declared by being used, so that one description of the network gives its program, its list of parameters
 * and its cost.
 *
 * <p>To write a block of your own, take an {@code Ops} and the parameter names' prefix, call its methods on
 * {@link Value}s as you would call {@code torch.nn.functional}, and return the result; see {@link ResnetBlock}.
 */
public class Ops extends Script {
    public static final int FLOAT32 = 6; // numbers of torch's ScalarType, as serialized TorchScript writes them
    public static final int BFLOAT16 = 15;
    public static final int INT64 = 4;

    /** Added to the variance in batch norms. */
    public static final double BATCH_NORM_EPS = 1e-5;

    // ---- convolution and linear -----------------------------------------------------------------------------------

    /** A square convolution with bias, {@code padding} on all sides. */
    public Value conv(Value x, String name, int out, int kernel, int stride, int padding) {
        return conv(x, name, out, kernel, stride, padding, true);
    }

    /** A square convolution, {@code padding} on all sides. */
    public Value conv(Value x, String name, int out, int kernel, int stride, int padding, boolean hasBias) {
        String weight = parameter(name + ".weight", out, x.channels(), kernel, kernel);
        String bias = hasBias ? parameter(name + ".bias", out) : "None";
        int height = (x.height() + 2 * padding - kernel) / stride + 1;
        int width = (x.width() + 2 * padding - kernel) / stride + 1;
        count((long) height * width * out * x.channels() * kernel * kernel);
        return new Value(convolution(x, weight, bias, stride, padding), out, height, width);
    }

    /** Doubles the resolution by a transposed convolution of 4 × 4 with stride 2. */
    public Value convTransposed(Value x, String name, int out, boolean hasBias) {
        String weight = parameter(name + ".weight", x.channels(), out, 4, 4);
        String bias = hasBias ? parameter(name + ".bias", out) : "None";
        count((long) x.height() * x.width() * out * x.channels() * 16);
        return new Value(transposedConvolution(x, weight, bias), out, 2 * x.height(), 2 * x.width());
    }

    /** Writes the transposed convolution itself. */
    public String transposedConvolution(Value x, String weight, String bias) {
        return assign("torch.conv_transpose2d(%s, %s, %s, [2, 2], [1, 1])", x.name(), weight, bias);
    }

    /** Writes the convolution itself. */
    public String convolution(Value x, String weight, String bias, int stride, int padding) {
        return assign(
                "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d])",
                x.name(), weight, bias, stride, stride, padding, padding);
    }

    /** {@code x W^T + b} over the last dimension, from {@code in} to {@code out}; {@code x} has {@code rows} a sample. */
    public String linear(String x, String name, int in, int out, int rows) {
        String weight = parameter(name + ".weight", out, in);
        String bias = parameter(name + ".bias", out);
        count((long) rows * in * out);
        return assign("torch.linear(%s, %s, %s)", x, weight, bias);
    }

    /** The linear layers {@code names} of one {@code x}, each as {@link #linear}. */
    public List<String> linears(String x, List<String> names, int in, int out, int rows) {
        return names.stream().map(name -> linear(x, name, in, out, rows)).toList();
    }

    /** A number or vector per sample, from which the timestep's part is computed; unused rows may follow. */
    public String withSpareRows(String perSample, int dimensions) {
        return perSample;
    }

    /** The first B rows, {@code [B, n]}, of {@code rows [≥ B, n]}. */
    public String withoutSpareRows(String rows) {
        return rows;
    }

    /** The time embedding's part in a block, {@code [B, out]} of {@code emb [≥ B, in]}. */
    public String timeProjection(String emb, String name, int in, int out) {
        return withoutSpareRows(linear(emb, name, in, out, 1));
    }

    /** A row of a table {@code [rows, dim]} per index of {@code x [B]}. */
    public String embedding(String x, String name, int rows, int dim) {
        String index = assign("torch.to(%s, %d)", x, INT64);
        return assign("torch.embedding(%s, %s)", parameter(name + ".weight", rows, dim), index);
    }

    // ---- normalization and activation -----------------------------------------------------------------------------

    /** @throws IllegalArgumentException when the number of channels is not a multiple of the groups */
    public Value groupNorm(Value x, String name, int groups, double eps) {
        if (groups < 1 || x.channels() % groups != 0) {
            throw new IllegalArgumentException("block_out_channels give " + name + " " + x.channels()
                    + " channels, must be a multiple of its " + groups + " groups");
        }
        String weight = parameter(name + ".weight", x.channels());
        String bias = parameter(name + ".bias", x.channels());
        return new Value(normalization(x, groups, weight, bias, eps), x.channels(), x.height(), x.width());
    }

    /** Writes the group norm itself. */
    public String normalization(Value x, int groups, String weight, String bias, double eps) {
        return assign("torch.group_norm(%s, %d, %s, %s, %s)", x.name(), groups, weight, bias, number(eps));
    }

    /**
     * Batch norm (Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167) with PyTorch's eps: in training by the statistics of
     * the batch, otherwise by the running ones.
     */
    public Value batchNorm(Value x, String name) {
        int channels = x.channels();
        String weight = parameter(name + ".weight", channels);
        String bias = parameter(name + ".bias", channels);
        String mean = statistic(name + ".running_mean", channels);
        return map(x, "%s", batchNormalization(x, weight, bias, mean, statistic(name + ".running_var", channels)));
    }

    /** Writes the batch norm itself. */
    public String batchNormalization(Value x, String weight, String bias, String mean, String variance) {
        return assign(
                "torch.batch_norm(%s, %s, %s, %s, %s, False, 0., %s, False)",
                x.name(), weight, bias, mean, variance, number(BATCH_NORM_EPS));
    }

    /** {@code x} above zero, {@code slope · x} below. */
    public Value leakyRelu(Value x, double slope) {
        return map(x, "torch.leaky_relu(%s, %s)", x.name(), number(slope));
    }

    /** ReLU, in place: no other operation may read {@code x}. */
    public Value relu(Value x) {
        return activate(x, ActFn.RELU);
    }

    public Value tanh(Value x) {
        return map(x, "torch.tanh(%s)", x.name());
    }

    /** An activation, in place: no other operation may read {@code x}. */
    public Value activate(Value x, ActFn function) {
        return map(x, "%s", activation(x.name(), function));
    }

    public String activation(String x, ActFn function) {
        return switch (function) {
            case SILU -> "torch.silu(" + x + ")";
            case MISH -> "torch.mish(" + x + ")";
            case GELU -> "torch.gelu(" + x + ")";
            case RELU -> "torch.relu(" + x + ")";
        };
    }

    public Value dropout(Value x, double probability) {
        return x;
    }

    // ---- arithmetic -----------------------------------------------------------------------------------------------

    /** {@code x + y}, in place: no other operation may read {@code y}. */
    public Value add(Value x, Value y) {
        return map(x, "torch.add(%s, %s)", x.name(), y.name());
    }

    /** {@code x + b} with {@code b [B, channels]}, in place: no other operation may read {@code x}. */
    public Value addPerChannel(Value x, String b) {
        return map(x, "torch.add(%s, torch.unsqueeze(torch.unsqueeze(%s, -1), -1))", x.name(), b);
    }

    /** {@code x (1 + scale) + shift} with {@code scaleShift [B, 2 channels]}. */
    public Value scaleShift(Value x, String scaleShift) {
        String both = assign("torch.unsqueeze(torch.unsqueeze(%s, -1), -1)", scaleShift);
        return map(
                x,
                "torch.add(torch.mul(%1$s, torch.add(torch.narrow(%2$s, 1, 0, %3$d), 1)), torch.narrow(%2$s, 1, %3$d, %3$d))",
                x.name(),
                both,
                x.channels());
    }

    public Value divide(Value x, double divisor) {
        return divisor == 1 ? x : map(x, "torch.div(%s, %s)", x.name(), number(divisor));
    }

    public Value concat(Value x, Value y) {
        return map(x, "torch.cat([%s, %s], 1)", x.name(), y.name()).withChannels(x.channels() + y.channels());
    }

    // ---- resolution -----------------------------------------------------------------------------------------------

    public Value upsampleNearest(Value x) {
        String name = assign("torch.upsample_nearest2d(%s, None, [2., 2.])", x.name());
        return new Value(name, x.channels(), 2 * x.height(), 2 * x.width());
    }

    public Value averagePool(Value x) {
        String name = assign("torch.avg_pool2d(%s, [2, 2], [2, 2])", x.name());
        return new Value(name, x.channels(), x.height() / 2, x.width() / 2);
    }

    /** Pads one row of zeros below and one column to the right. */
    public Value padRightBottom(Value x) {
        String name = assign("torch.constant_pad_nd(%s, [0, 1, 0, 1])", x.name());
        return new Value(name, x.channels(), x.height() + 1, x.width() + 1);
    }

    /** Halves the resolution with the binomial filter [1,3,3,1], as StyleGAN2 does. */
    public Value firDownsample(Value x) {
        String name = assign(
                "torch.conv2d(%s, %s, None, [2, 2], [1, 1], [1, 1], %d)", x.name(), firKernel(x, 64), x.channels());
        return new Value(name, x.channels(), x.height() / 2, x.width() / 2);
    }

    /** Doubles the resolution with the binomial filter [1,3,3,1]; keeps the mean. */
    public Value firUpsample(Value x) {
        String name = assign(
                "torch.conv_transpose2d(%s, %s, None, [2, 2], [1, 1], [0, 0], %d)",
                x.name(), firKernel(x, 16), x.channels());
        return new Value(name, x.channels(), 2 * x.height(), 2 * x.width());
    }

    private String firKernel(Value x, int divisor) {
        String row = assign(
                "torch.to(torch.tensor([1., 3., 3., 1.], dtype=%d, device=ops.prim.device(%s)), ops.prim.dtype(%s))",
                FLOAT32, x.name(), x.name());
        return assign(
                "torch.expand(torch.div(torch.mul(torch.unsqueeze(%s, 1), %s), %d), [%d, 1, 4, 4])",
                row, row, divisor, x.channels());
    }

    // ---- attention ------------------------------------------------------------------------------------------------

    /**
     * Scaled dot-product attention among the positions of {@code q}, {@code k}, {@code v}, each {@code [B, HW, inner]},
     * with {@code heads} heads; the result has the same shape.
     */
    public String attention(String q, String k, String v, int heads, int inner, int positions) {
        count(2L * positions * positions * inner);
        String[] split = new String[3];
        String[] tokens = {q, k, v};
        for (int i = 0; i < 3; i++) {
            split[i] = assign(
                    "torch.transpose(torch.view(%s, [-1, %d, %d, %d]), 1, 2)",
                    tokens[i], positions, heads, inner / heads);
        }
        String joined = mix(split[0], split[1], split[2], inner / heads, positions);
        return assign("torch.reshape(torch.transpose(%s, 1, 2), [-1, %d, %d])", joined, positions, inner);
    }

    /** Writes the attention itself, of {@code [B, heads, HW, dim]}. */
    public String mix(String q, String k, String v, int dim, int positions) {
        return assign("torch.scaled_dot_product_attention(%s, %s, %s)", q, k, v);
    }

    /** {@code [B, C, H, W]} as {@code [B, HW, C]}. */
    public String tokens(Value x) {
        return assign("torch.transpose(torch.flatten(%s, 2), 1, 2)", x.name());
    }

    /**
     * {@code [B, HW, C]} as {@code [B, C, H, W]} of the size of {@code like}. The strides are those of channels last
     * even for a batch of one, because later operators choose their algorithm by them.
     */
    public Value fromTokens(String tokens, Value like) {
        return map(
                like,
                "torch.permute(torch.reshape(%s, [-1, %d, %d, %d]), [0, 3, 1, 2])",
                tokens,
                like.height(),
                like.width(),
                like.channels());
    }

    /** A float32 tensor in the memory format of the network. */
    public String fromFloat(String x) {
        return x;
    }

    public static String number(double value) {
        return Double.toString(value); // Java's shortest form reads as the same double in TorchScript
    }
}
