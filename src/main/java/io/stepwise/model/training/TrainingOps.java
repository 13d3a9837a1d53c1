package io.stepwise.model.training;

import io.stepwise.model.Ops;
import io.stepwise.model.Precision;
import io.stepwise.model.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the network for training, and its backward pass: channels last, nothing in place, with dropout, and in bfloat16
 * on request. The statistics and parameters of the norms stay in float32.
 *
 * <p>Every statement is differentiated by itself, in reverse order, by libtorch's derivative of its expression. So group
 * norm can have a derivative of its own: libtorch's is many times slower than the rest of the block if a group has fewer
 * channels than a vector register has places. Its sums are mean values of rows, which libtorch computes without a copy in
 * float32.
 */
public class TrainingOps extends Ops {
    private static final int CHANNELS_LAST = 2; // torch.channels_last

    /** Up to this many positions, libtorch's fused attention takes longer to differentiate than its parts. */
    static final int FEW_POSITIONS = 256;

    private static final Pattern VARIABLE = Pattern.compile("(?<!prim\\.d(evice|type)\\()\\bv\\d+\\b");
    private static final Pattern PARAMETER = Pattern.compile("(?<!torch\\.detach\\()p\\[\\d+]");

    /** The methods that the forward and the backward pass call. Norm and its derivative: Wu and He 2018, equations 1 to 3. */
    private static final String METHODS =
            """
  def norm(self: __torch__.M, x: Tensor, groups: int, weight: Tensor, bias: Tensor, eps: float) -> List[Tensor]:
    n = torch.size(x, 0)
    c = torch.size(x, 1)
    m = torch.floordiv(torch.numel(x), torch.mul(n, groups))
    sums = (self).sums(x, groups, )
    squares = (self).sums(torch.mul(x, x), groups, )
    mean = torch.div(torch.sum(sums, [2], True), m)
    variance = torch.sub(torch.div(torch.sum(squares, [2], True), m), torch.mul(mean, mean))
    rstd = torch.rsqrt(torch.add(torch.clamp(variance, 0), eps))
    a = torch.mul(torch.view(torch.detach(weight), [groups, -1]), rstd)
    b = torch.sub(torch.view(torch.detach(bias), [groups, -1]), torch.mul(mean, a))
    y = torch.addcmul((self).channel(b, x, ), x, (self).channel(a, x, ))
    return [y, mean, rstd]
  def sums(self: __torch__.M, x: Tensor, groups: int) -> Tensor:
    width = torch.size(x, 3)
    rows = torch.to(torch.avg_pool2d(x, [1, width], [1, width]), 6)
    return torch.view(torch.mul(torch.sum(rows, [2, 3]), width), [torch.size(x, 0), groups, -1])
  def channel(self: __torch__.M, a: Tensor, x: Tensor) -> Tensor:
    return torch.to(torch.reshape(a, [torch.size(x, 0), torch.size(x, 1), 1, 1]), ops.prim.dtype(x))
  def norm_backward(self: __torch__.M, dy: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, weight: Tensor) -> List[Tensor]:
    n = torch.size(x, 0)
    groups = torch.size(mean, 1)
    m = torch.floordiv(torch.numel(x), torch.mul(n, groups))
    w = torch.view(torch.detach(weight), [groups, -1])
    db = (self).sums(dy, groups, )
    ds = (self).sums(torch.mul(dy, x), groups, )
    dbw = torch.sum(torch.mul(db, w), [2], True)
    dsw = torch.sum(torch.mul(ds, w), [2], True)
    a = torch.mul(w, rstd)
    b = torch.div(torch.mul(torch.sub(torch.mul(dbw, mean), dsw), torch.pow(rstd, 3)), m)
    c = torch.neg(torch.add(torch.mul(b, mean), torch.div(torch.mul(dbw, rstd), m)))
    dx = torch.addcmul((self).channel(torch.expand_as(c, db), x, ), x, (self).channel(torch.expand_as(b, db), x, ))
    _0 = torch.addcmul_(dx, dy, (self).channel(a, x, ))
    dweight = torch.sum(torch.mul(torch.sub(ds, torch.mul(mean, db)), rstd), [0])
    return [dx, torch.flatten(dweight), torch.flatten(torch.sum(db, [0]))]
  def derivative(self: __torch__.M, y: Tensor, x: List[Tensor], dy: Tensor) -> List[Tensor]:
    r = annotate(List[Tensor], [])
    dys = annotate(List[Optional[Tensor]], [dy])
    for d in torch.autograd.grad([y], x, dys):
      _0 = torch.append(r, unchecked_cast(Tensor, d))
    return r
""";

    /** The methods that the programs call. */
    public static String methods() {
        return METHODS;
    }

    /** A statement: what it computed, and from what. */
    private record Step(String result, List<String> inputs, String derivatives) {}

    private final int dtype;
    private final Set<String> float32 = new HashSet<>();
    private final Set<String> channelsLast = new HashSet<>();
    private final Set<String> differentiable = new HashSet<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<String> batchStatistics = new ArrayList<>();
    private boolean frozen;

    /** @throws IllegalArgumentException if the precision is none of {@link Precision#FLOATS} */
    public TrainingOps(Precision precision) {
        if (!Precision.FLOATS.contains(precision)) {
            throw new IllegalArgumentException("precision " + precision + " must be one of " + Precision.FLOATS);
        }
        this.dtype = precision == Precision.F32 ? FLOAT32 : BFLOAT16;
    }

    /** Writes {@code leaves(p) -> p'}: every parameter as the network reads it, to differentiate by. */
    public String leaves() {
        StringBuilder text = new StringBuilder("  def leaves(self: __torch__.M, p: List[Tensor]) -> List[Tensor]:\n");
        text.append("    r = annotate(List[Tensor], [])\n");
        for (int i = 0; i <= lastParameter(); i++) {
            String p = "p[" + i + "]";
            String read = float32.contains(p) ? p : "torch.to(%s, %s)".formatted(p, dtype);
            if (channelsLast.contains(p)) {
                read = "torch.contiguous(%s, memory_format=%s)".formatted(read, CHANNELS_LAST);
            }
            text.append("    _%s = torch.append(r, torch.requires_grad_(torch.detach(%s)))\n".formatted(i, read));
        }
        return text.append("    return r\n").toString();
    }

    /**
     * Writes the backward pass.
     *
     * @param out variable of the result
     * @param gradient variable of the derivative of the loss by {@code out}
     * @return statements that add the derivatives by the parameters to {@code g}
     */
    public String backward(String out, String gradient) {
        StringBuilder text = new StringBuilder();
        Map<String, String> gradients = new LinkedHashMap<>();
        gradients.put(out, gradient);
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            String dy = gradients.get(step.result());
            if (dy == null) {
                continue;
            }
            text.append("    d%s = %s\n".formatted(i, step.derivatives().formatted(dy)));
            for (int j = 0; j < step.inputs().size(); j++) {
                String input = step.inputs().get(j);
                String d = "d" + i + "[" + j + "]";
                if (input.startsWith("p")) {
                    text.append("    _%s_%s = torch.add_(g%s, %s)\n".formatted(i, j, input.substring(1), d));
                } else {
                    String sum = gradients.containsKey(input) ? "torch.add(g" + input + ", " + d + ")" : d;
                    text.append("    g%s = %s\n".formatted(input, sum));
                    gradients.put(input, "g" + input);
                }
            }
        }
        return text.toString();
    }

    /** Assigns a value that can be differentiated by the variables and parameters of the expression. */
    @Override
    public String assign(String format, Object... arguments) {
        String expression = String.format(Locale.ROOT, format, arguments);
        Map<String, String> leaves = new LinkedHashMap<>(); // what the result is differentiated by, by the value itself
        for (String variable : found(VARIABLE, expression)) {
            if (differentiable.contains(variable)) {
                leaves.put(variable, super.assign("torch.requires_grad_(torch.detach(%s))", variable));
            }
        }
        for (Map.Entry<String, String> leaf : leaves.entrySet()) {
            expression = expression.replaceAll("\\b" + leaf.getKey() + "\\b", leaf.getValue());
        }
        for (String parameter : found(PARAMETER, expression)) {
            leaves.put(parameter, parameter);
        }
        String name = super.assign("%s", expression);
        if (!leaves.isEmpty()) {
            String by = String.join(", ", leaves.values());
            record(name, List.copyOf(leaves.keySet()), "(self).derivative(%s, [%s], %%s, )".formatted(name, by));
        }
        return name;
    }

    /** Whether parameters that are read from now on are constants: nothing is differentiated by them. */
    public void freeze(boolean now) {
        frozen = now;
    }

    @Override
    public String parameter(String name, Integer... shape) {
        String read = super.parameter(name, shape);
        return frozen ? "torch.detach(" + read + ")" : read;
    }

    private void record(String result, List<String> inputs, String derivatives) {
        differentiable.add(result);
        steps.add(new Step(result, inputs, derivatives));
    }

    private static Set<String> found(Pattern pattern, String expression) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(expression);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }

    @Override
    public String convolution(Value x, String weight, String bias, int stride, int padding) {
        channelsLast.add(unfrozen(weight));
        return super.convolution(x, weight, bias, stride, padding);
    }

    private static String unfrozen(String parameter) {
        return parameter.replaceFirst("torch\\.detach\\((.*)\\)", "$1");
    }

    @Override
    public String transposedConvolution(Value x, String weight, String bias) {
        channelsLast.add(unfrozen(weight));
        return super.transposedConvolution(x, weight, bias);
    }

    /** By the statistics of the batch. */
    @Override
    public String batchNormalization(Value x, String weight, String bias, String mean, String variance) {
        String zeros = "torch.zeros([%d], dtype=%d, layout=None, device=ops.prim.device(%s))";
        String batchMean = super.assign(zeros, x.channels(), FLOAT32, x.name());
        String batchVariance = super.assign(zeros, x.channels(), FLOAT32, x.name());
        batchStatistics.add(batchMean);
        batchStatistics.add(batchVariance);
        return assign( // with the momentum 1, the running statistics become those of the batch
                "torch.batch_norm(%s, %s, %s, %s, %s, True, 1., %s, False)",
                x.name(), weight, bias, batchMean, batchVariance, number(BATCH_NORM_EPS));
    }

    /**
     * The variables of mean and variance (unbiased) of the batch in the batch norms so far, in the order of the running
     * statistics; each is {@code [channels]}.
     */
    public List<String> batchStatistics() {
        return List.copyOf(batchStatistics);
    }

    @Override
    public String normalization(Value x, int groups, String weight, String bias, double eps) {
        float32.add(weight);
        float32.add(bias);
        String in = super.assign("torch.detach(%s)", x.name());
        String all = super.assign("(self).norm(%s, %d, %s, %s, %s, )", in, groups, weight, bias, number(eps));
        String y = super.assign("%s[0]", all);
        record(
                y,
                List.of(x.name(), weight, bias),
                "(self).norm_backward(%%s, %s, %s[1], %s[2], %s, )".formatted(in, all, all, weight));
        return y;
    }

    @Override
    public String mix(String q, String k, String v, int dim, int positions) {
        return positions > FEW_POSITIONS
                ? super.mix(q, k, v, dim, positions)
                : assign(
                        "torch.matmul(torch.softmax(torch.matmul(torch.mul(%s, %s), torch.transpose(%s, 2, 3)), -1), %s)",
                        q, number(1 / Math.sqrt(dim)), k, v);
    }

    @Override
    public String fromFloat(String x) {
        return assign("torch.to(%s, %d)", x, dtype);
    }

    @Override
    public Value dropout(Value x, double probability) {
        return probability == 0 ? x : map(x, "torch.dropout(%s, %s, True)", x.name(), number(probability));
    }

    /** The network's input as it reads it. */
    public String image(String x) {
        return assign("torch.contiguous(torch.to(%s, %d), memory_format=%d)", x, dtype, CHANNELS_LAST);
    }
}
