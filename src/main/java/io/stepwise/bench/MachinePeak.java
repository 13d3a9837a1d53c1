package io.stepwise.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.model.CpuFeatures;
import io.stepwise.model.Precision;
import io.stepwise.torchscript.Program;
import io.stepwise.torchscript.Synchronization;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the peak rate of this machine in one number format: the fastest of a few 3×3 convolutions and a matrix
 * product without other work. The rate of a network is compared with this ceiling.
 */
final class MachinePeak implements AutoCloseable {
    private static final int BATCH = 8;
    private static final int BATCH_OF_GPU = 512; // less doesn't keep one busy
    private static final int[][] CONVOLUTIONS = {{64, 32}, {128, 16}, {256, 8}}; // channels, side
    private static final int MATRIX = 768;
    private static final int MATRIX_OF_GPU = 8192;

    private static final String PROGRAM =
            """
  def cast(self: __torch__.M, x: Tensor, dtype: int) -> Tensor:
    return torch.contiguous(torch.to(x, dtype), memory_format=2)
  def plain(self: __torch__.M, x: Tensor, dtype: int) -> Tensor:
    return torch.to(x, dtype)
  def pack(self: __torch__.M, w: Tensor, size: List[int]) -> Tensor:
    return ops.mkldnn._reorder_convolution_weight(w, [1, 1], [1, 1], [1, 1], 1, size)
  def packed(self: __torch__.M, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return ops.mkldnn._convolution_pointwise(x, w, b, [1, 1], [1, 1], [1, 1], 1, "none", annotate(List[Optional[number]], []), "")
  def convolve(self: __torch__.M, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return torch.conv2d(x, w, b, [1, 1], [1, 1])
  def bytes(self: __torch__.M, x: Tensor, dtype: int) -> Tensor:
    return torch.contiguous(torch.int_repr(torch.quantize_per_tensor(x, 0.05, 128, 13)), memory_format=2)
  def pack8(self: __torch__.M, w: Tensor, size: List[int]) -> Tensor:
    scales = torch.full([torch.size(w, 0)], 0.05, dtype=6)
    return ops.onednn.qconv_prepack(torch.to(torch.mul(w, 20), 1), scales, 0.05, 128, [1, 1], [1, 1], [1, 1], 1, size)
  def packed8(self: __torch__.M, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    scales = torch.full([torch.size(b, 0)], 0.05, dtype=6)
    zeros = torch.zeros([torch.size(b, 0)], dtype=4)
    return ops.onednn.qconv2d_pointwise(x, 0.05, 128, w, scales, zeros, b, [1, 1], [1, 1], [1, 1], 1, 1., 0, 6, "none", annotate(List[Optional[number]], []), "")
  def multiply(self: __torch__.M, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return torch.mm(x, w)
""";

    private final NDManager manager;
    private final Program program;
    private final boolean packs;
    private final boolean int8;
    private final long dtype;
    private final List<Integer> numbers = new ArrayList<>();
    private final List<Double> flops = new ArrayList<>();

    MachinePeak(NDManager parent, Precision precision) {
        manager = parent.newSubManager();
        program = Program.load(manager, PROGRAM);
        dtype = precision == Precision.BF16 ? 15 : 6; // torch's ScalarType
        int8 = precision == Precision.INT8;
        packs = !manager.getDevice().isGpu()
                && (precision != Precision.BF16 || CpuFeatures.here().packsBf16());
    }

    /** Adds its operations to {@code rounds}. */
    void addTo(Rounds rounds) {
        boolean gpu = manager.getDevice().isGpu();
        int batch = gpu ? BATCH_OF_GPU : BATCH;
        for (int[] shape : CONVOLUTIONS) {
            int channels = shape[0];
            int side = shape[1];
            NDArray x = cast(int8 ? "bytes" : "cast", manager.randomNormal(new Shape(batch, channels, side, side)));
            NDArray w = cast("cast", manager.randomNormal(new Shape(channels, channels, 3, 3)));
            NDArray b = cast("plain", manager.zeros(new Shape(channels)));
            NDArray weights = packs ? pack(w, x.getShape()) : w;
            add(
                    rounds,
                    int8 ? "packed8" : packs ? "packed" : "convolve",
                    new NDList(x, weights, b),
                    18.0 * batch * side * side * channels * channels);
        }
        if (int8) {
            return;
        }
        int matrix = gpu ? MATRIX_OF_GPU : MATRIX;
        NDArray left = cast("plain", manager.randomNormal(new Shape(matrix, matrix)));
        NDArray right = cast("plain", manager.randomNormal(new Shape(matrix, matrix)));
        add(rounds, "multiply", new NDList(left, right, left), 2.0 * Math.pow(matrix, 3));
    }

    /** The floating-point operations per second of its fastest operation. */
    double flopsPerSecond(Rounds rounds) {
        double best = 0;
        for (int i = 0; i < numbers.size(); i++) {
            best = Math.max(best, flops.get(i) / rounds.median(numbers.get(i)));
        }
        return best;
    }

    private void add(Rounds rounds, String method, NDList arguments, double work) {
        IValue x = Program.tensor(arguments.get(0));
        IValue w = Program.tensor(arguments.get(1));
        IValue b = Program.tensor(arguments.get(2));
        numbers.add(rounds.add(() -> {
            try (NDManager scope = manager.newSubManager()) {
                Synchronization.await(program.call(method, scope, x, w, b));
            }
        }));
        flops.add(work);
    }

    private NDArray cast(String method, NDArray x) {
        try (IValue value = Program.tensor(x);
                IValue type = IValue.from(dtype)) {
            return program.call(method, manager, value, type);
        }
    }

    private NDArray pack(NDArray w, Shape size) {
        try (IValue value = Program.tensor(w);
                IValue shape = IValue.listFrom(size.getShape())) {
            return program.call(int8 ? "pack8" : "pack", manager, value, shape);
        }
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
