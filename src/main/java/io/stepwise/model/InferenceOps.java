package io.stepwise.model;

import io.stepwise.model.UNetConfig.ActFn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Writes the network for inference: channels last, in place if no other operation reads the value, with convolution weights
 * prepacked for oneDNN where the processor supports it, and one linear layer for the time embedding's parts in all blocks, and
 * for an attention's queries, keys and values. A row
 * of the result has the same bits in every batch, for a fixed number of threads (measured on libtorch 2.7.1; on a GPU cuDNN and
 * cuBLAS may choose their algorithms by the batch size).
 */
class InferenceOps extends Ops {
    /** The batch size for which oneDNN chooses the weight layout; the layout serves every batch size. */
    static final int LAYOUT_BATCH = 8;

    /**
     * The timestep's part is computed for a multiple of this many rows. Its matrices have one row per sample, and
     * libtorch rounds products of few rows differently from products of many.
     */
    private static final int TIME_ROWS = 16;

    /**
     * From this many positions on, libtorch sums a group norm in one part per thread, and the parts depend on the
     * batch. With several threads such norms run image by image.
     */
    private static final int SPLIT_NORM_POSITIONS = 1024;

    private static final String NORM_BY_IMAGE =
            """
  def norm(self: __torch__.M, x: Tensor, groups: int, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    n = torch.size(x, 0)
    if torch.gt(n, 1):
      images = annotate(List[Tensor], [])
      for i in range(n):
        _0 = torch.append(images, torch.group_norm(torch.narrow(x, 0, i, 1), groups, weight, bias, eps))
      y = torch.cat(images)
    else:
      y = torch.group_norm(x, groups, weight, bias, eps)
    return y
""";

    private static final int CHANNELS_LAST = 2; // torch.channels_last

    private static final Pattern MADE = Pattern.compile("\\bj\\[(\\d+)]");

    private final int dtype;
    private final boolean wholeNorms;
    private final boolean packed;
    private final Map<String, String> layouts = new LinkedHashMap<>();
    private final List<Supplier<String>> made = new ArrayList<>(); // what follows the parameters
    private final List<List<String>> joined = new ArrayList<>(); // parameters that are read as one tensor
    private final List<String> timeWeights = new ArrayList<>();
    private final List<String> timeBiases = new ArrayList<>();
    private int timeWidth;

    InferenceOps(Precision precision, boolean gpu, int threads) {
        this.dtype = precision == Precision.BF16 ? BFLOAT16 : FLOAT32;
        this.wholeNorms = gpu || threads == 1;
        this.packed = !gpu && (precision == Precision.F32 || CpuFeatures.here().packsBf16());
    }

    /**
     * The methods {@code prepare(p) -> p'} and {@code fwd(p', x, t, y) -> out} of {@code net}, and {@code encode(p', x, y)} of an
     * {@link Encoder}. Called once.
     */
    final String program(Network net) {
        Value out = net.forward(this, image(), "t", "y");
        String forward = "  def fwd(self: __torch__.M, p: List[Tensor], x: Tensor, t: Tensor, y: Tensor) -> Tensor:\n"
                + takeBody() + result(out.name());
        String encode = "";
        if (net instanceof Encoder encoder) {
            String state = encoder.encode(this, image(), "y");
            encode = "  def encode(self: __torch__.M, p: List[Tensor], x: Tensor, y: Tensor) -> Tensor:\n" + takeBody()
                    + result(state);
        }
        int parameters = parameters().size();
        return MADE.matcher(NORM_BY_IMAGE + methods() + prepare() + forward + encode)
                .replaceAll(match -> "p[" + (parameters + Integer.parseInt(match.group(1))) + "]");
    }

    /** Further methods that the program calls. */
    String methods() {
        return "";
    }

    /** The expression that reads a further tensor, which {@code prepare} makes by {@code expression} when all is written. */
    final String made(Supplier<String> expression) {
        made.add(expression);
        return "j[" + (made.size() - 1) + "]";
    }

    /** The expression that reads {@code parts} as one tensor; more may be added to the list until the program ends. */
    private String join(List<String> parts) {
        joined.add(parts);
        return made(() -> "torch.to(torch.cat([%s]), %s, False, True)".formatted(String.join(", ", parts), dtype));
    }

    /** Lets {@code prepare} keep a weight as {@code layout} makes it of its copy {@code %1$s}. */
    final void layOut(String weight, String layout) {
        layouts.put(weight, layout);
    }

    private String image() {
        return assign("torch.contiguous(torch.to(x, %d), memory_format=%d)", dtype, CHANNELS_LAST);
    }

    private static String result(String name) {
        return "    return torch.contiguous(torch.to(" + name + ", " + FLOAT32 + "))\n";
    }

    /** Copies every parameter into the format and the layout that {@code fwd} reads. */
    private String prepare() {
        StringBuilder text = new StringBuilder("  def prepare(self: __torch__.M, p: List[Tensor]) -> List[Tensor]:\n");
        text.append("    r = annotate(List[Tensor], [])\n");
        int i = 0;
        for (ParameterSpec parameter : parameters()) {
            String source = "p[" + i + "]";
            String copy = "torch.to(" + source + ", " + dtype + ", False, True)";
            String layout = layouts.get(source);
            if (joined.stream().anyMatch(parts -> parts.contains(source))) {
                copy = "torch.zeros([0], dtype=6, layout=None, device=ops.prim.device(" + source + "))"; // joined below
            } else if (parameter.name().equals("time_proj.weight")) {
                copy = "torch.clone(" + source + ")"; // frequencies lose too much in bfloat16
            } else if (layout != null) {
                copy = layout.formatted(copy);
            }
            text.append("    _")
                    .append(i++)
                    .append(" = torch.append(r, ")
                    .append(copy)
                    .append(")\n");
        }
        for (Supplier<String> each : made) {
            text.append("    _%s = torch.append(r, %s)\n".formatted(i++, each.get()));
        }
        return text.append("    return r\n").toString();
    }

    /** One product for all blocks: the first block's statement computes the parts {@code times [B, width]} of all. */
    @Override
    public String timeProjection(String emb, String name, int in, int out) {
        if (timeWidth == 0) {
            String all = "torch.linear(" + emb + ", " + join(timeWeights) + ", " + join(timeBiases) + ")";
            write("    times = torch.narrow(" + all + ", 0, 0, torch.size(x, 0))\n");
        }
        declareLinear(name, in, out, 1, timeWeights, timeBiases);
        String part = assign("torch.narrow(times, 1, %d, %d)", timeWidth, out);
        timeWidth += out;
        return part;
    }

    /** One product for all layers. */
    @Override
    public List<String> linears(String x, List<String> names, int in, int out, int rows) {
        List<String> weights = new ArrayList<>();
        List<String> biases = new ArrayList<>();
        names.forEach(name -> declareLinear(name, in, out, rows, weights, biases));
        String all = assign("torch.linear(%s, %s, %s)", x, join(weights), join(biases));
        return IntStream.range(0, names.size())
                .mapToObj(i -> assign("torch.narrow(%s, -1, %d, %d)", all, i * out, out))
                .toList();
    }

    private void declareLinear(String name, int in, int out, int rows, List<String> weights, List<String> biases) {
        weights.add(parameter(name + ".weight", out, in));
        biases.add(parameter(name + ".bias", out));
        count((long) rows * in * out);
    }

    @Override
    public String convolution(Value x, String weight, String bias, int stride, int padding) {
        if (!packed) {
            layOut(weight, "torch.contiguous(%s, memory_format=" + CHANNELS_LAST + ")");
            return super.convolution(x, weight, bias, stride, padding);
        }
        String geometry = "[%s, %s], [%s, %s], [1, 1], 1".formatted(padding, padding, stride, stride);
        layOut(
                weight,
                "ops.mkldnn._reorder_convolution_weight(%%s, %s, [%s, %s, %s, %s])"
                        .formatted(geometry, LAYOUT_BATCH, x.channels(), x.height(), x.width()));
        return assign(
                "ops.mkldnn._convolution_pointwise(%s, %s, %s, %s, \"none\", annotate(List[Optional[number]], []), \"\")",
                x.name(), weight, bias, geometry);
    }

    @Override
    public String transposedConvolution(Value x, String weight, String bias) {
        layOut(weight, "torch.contiguous(%s, memory_format=" + CHANNELS_LAST + ")");
        return super.transposedConvolution(x, weight, bias);
    }

    @Override
    public String withSpareRows(String perSample, int dimensions) {
        String spare = assign("torch.remainder(torch.neg(torch.size(%s, 0)), %d)", perSample, TIME_ROWS);
        return assign("torch.constant_pad_nd(%s, [%s0, %s])", perSample, "0, 0, ".repeat(dimensions - 1), spare);
    }

    @Override
    public String withoutSpareRows(String rows) {
        return assign("torch.narrow(%s, 0, 0, torch.size(x, 0))", rows);
    }

    @Override
    public String normalization(Value x, int groups, String weight, String bias, double eps) {
        return wholeNorms || x.height() * x.width() < SPLIT_NORM_POSITIONS
                ? super.normalization(x, groups, weight, bias, eps)
                : assign("(self).norm(%s, %d, %s, %s, %s, )", x.name(), groups, weight, bias, number(eps));
    }

    @Override
    public Value activate(Value x, ActFn function) {
        return map(x, "%s", activation(x.name(), function).replaceFirst("\\(", "_("));
    }

    @Override
    public Value add(Value x, Value y) {
        return map(x, "torch.add_(%s, %s)", y.name(), x.name());
    }

    @Override
    public Value addPerChannel(Value x, String b) {
        return map(x, "torch.add_(%s, torch.unsqueeze(torch.unsqueeze(%s, -1), -1))", x.name(), b);
    }

    @Override
    public String fromFloat(String x) {
        return dtype == FLOAT32 ? x : assign("torch.to(%s, %d)", x, dtype);
    }
}
