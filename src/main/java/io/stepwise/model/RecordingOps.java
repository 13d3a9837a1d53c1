package io.stepwise.model;

/**
 * Writes the network for inference in float32, which records the ranges that {@link QuantizedOps} needs: for each of its
 * convolutions the least and the greatest input of all calls, without the outermost of every ten thousand values at either end of a
 * call. The method {@code ranges(p')} returns them, {@code [convolutions, 2]}. Calls must not overlap.
 */
final class RecordingOps extends InferenceOps {
    private static final String METHODS =
            """
  def widen(self: __torch__.M, ends: Tensor, x: Tensor) -> Tensor:
    n = torch.numel(x)
    outside = torch.floordiv(n, 10000)
    flat = torch.reshape(x, [n])
    low, _0, = torch.kthvalue(flat, torch.add(outside, 1))
    high, _1, = torch.kthvalue(flat, torch.sub(n, outside))
    least = torch.minimum(torch.select(ends, 0, 0), low)
    greatest = torch.maximum(torch.select(ends, 0, 1), high)
    return torch.copy_(ends, torch.stack([least, greatest]))
  def ranges(self: __torch__.M, p: List[Tensor]) -> Tensor:
    return torch.clone(%s)
""";

    private final String ranges = made(() -> "torch.zeros([" + this.convolutions + ", 2])");
    private int convolutions;

    RecordingOps(boolean gpu, int threads) {
        super(Precision.F32, gpu, threads);
    }

    @Override
    String methods() {
        return METHODS.formatted(ranges);
    }

    @Override
    public Value conv(Value x, String name, int out, int kernel, int stride, int padding, boolean hasBias) {
        if (QuantizedOps.quantizes(x, out, kernel)) {
            assign("(self).widen(torch.select(%s, 0, %d), %s, )", ranges, convolutions++, x.name());
        }
        return super.conv(x, name, out, kernel, stride, padding, hasBias);
    }
}
