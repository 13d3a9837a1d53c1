package io.stepwise.model;

import java.util.HashMap;
import java.util.Map;

/**
 * Writes the network for inference with its inner 3×3 convolutions in 8-bit integers: {@code y = s s_w (q - z) * q_w + b}, where
 * {@code *} is the convolution and its sums are exact (Jacob et al. 2018, https://arxiv.org/abs/1712.05877, section 2.1). The
 * input becomes q of 0 … 255 over the range that was recorded for the convolution, and values outside take its ends; the weights
 * q_w of -127 … 127 have a scale for each output channel. Everything else is computed in float32, also the convolutions that read
 * and write images.
 *
 * <p>{@code prepare} takes the ranges {@code [convolutions, 2]} after the parameters; see {@link RecordingOps}.
 */
final class QuantizedOps extends InferenceOps {
    private static final int LEAST_CHANNELS = 16; // those of a block of oneDNN's

    private static final int QUANTIZED_UINT8 = 13; // torch.quint8

    private static final String METHODS =
            """
  def scale(self: __torch__.M, ends: Tensor) -> Tensor:
    return torch.clamp(torch.div(torch.sub(torch.max(ends), torch.min(ends)), 255), 1e-12)
  def zero(self: __torch__.M, ends: Tensor) -> Tensor:
    return torch.to(torch.round(torch.div(torch.neg(torch.min(ends)), (self).scale(ends, ))), 3)
  def scales(self: __torch__.M, w: Tensor) -> Tensor:
    return torch.clamp(torch.div(torch.amax(torch.abs(w), [1, 2, 3]), 127), 1e-12)
  def integers(self: __torch__.M, w: Tensor) -> Tensor:
    return torch.to(torch.round(torch.div(w, torch.reshape((self).scales(w, ), [-1, 1, 1, 1]))), 1)
""";

    /** The range, scale and zero of a quantized map. {@code ends} is read by {@code prepare}, the others by {@code fwd}. */
    private record Input(String ends, String scale, String zero) {}

    private final Map<String, Input> inputs = new HashMap<>();

    QuantizedOps(int threads) {
        super(Precision.F32, false, threads);
    }

    /** Whether a convolution to {@code out} channels is computed in int8. */
    static boolean quantizes(Value x, int out, int kernel) {
        return kernel == 3 && Math.min(x.channels(), out) >= LEAST_CHANNELS;
    }

    @Override
    String methods() {
        return METHODS;
    }

    @Override
    public Value conv(Value x, String name, int out, int kernel, int stride, int padding, boolean hasBias) {
        return super.conv(quantizes(x, out, kernel) ? quantized(x) : x, name, out, kernel, stride, padding, hasBias);
    }

    private Value quantized(Value x) {
        String ends = "torch.select(p[-1], 0, " + inputs.size() + ")";
        String scale = made(() -> "(self).scale(" + ends + ", )");
        String zero = made(() -> "(self).zero(" + ends + ", )");
        Value q = map(
                x, "torch.int_repr(torch.quantize_per_tensor(%s, %s, %s, %s))", x.name(), scale, zero, QUANTIZED_UINT8);
        inputs.put(q.name(), new Input(ends, scale, zero));
        return q;
    }

    @Override
    public String convolution(Value x, String weight, String bias, int stride, int padding) {
        Input input = inputs.get(x.name());
        if (input == null) {
            return super.convolution(x, weight, bias, stride, padding);
        }
        String geometry = "[%1$s, %1$s], [%2$s, %2$s], [1, 1], 1".formatted(stride, padding);
        layOut(
                weight,
                "ops.onednn.qconv_prepack((self).integers(%%1$s, ), (self).scales(%%1$s, ), float((self).scale(%1$s, )), int((self).zero(%1$s, )), %2$s, [%3$s, %4$s, %5$s, %6$s])"
                        .formatted(input.ends(), geometry, LAYOUT_BATCH, x.channels(), x.height(), x.width()));
        String scales = made(() -> "(self).scales(" + weight + ", )");
        String zeros = made(() -> "torch.zeros([torch.size(" + weight + ", 0)], dtype=" + INT64 + ")");
        return assign(
                "ops.onednn.qconv2d_pointwise(%s, %s, %s, %s, %s, %s, %s, %s, 1., 0, %s, \"none\", annotate(List[Optional[number]], []), \"\")",
                x.name(), input.scale(), input.zero(), weight, scales, zeros, bias, geometry, FLOAT32);
    }
}
