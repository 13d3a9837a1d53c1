package io.stepwise.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The text of a TorchScript method while it is written: statements, each of which names its result, and the parameters that they
 * read.
 *
 * <p>INVARIANT: parameters are numbered in the order of their first use, which does not depend on the precision. Running
 * statistics, which no optimizer changes, are parameters too; they come after all others.
 */
public class Script {
    private static final Pattern STATISTIC = Pattern.compile("\\bs\\[(\\d+)]");

    private final StringBuilder body = new StringBuilder();
    private final Map<String, ParameterSpec> parameters = new LinkedHashMap<>();
    private final List<String> indices = new ArrayList<>();
    private final Map<String, ParameterSpec> statistics = new LinkedHashMap<>();
    private final List<String> statisticIndices = new ArrayList<>();
    private int variables;
    private long multiplyAdds;

    /** The parameters used so far, in the order in which a program takes them. */
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> all = new ArrayList<>(parameters.values());
        all.addAll(statistics.values());
        return List.copyOf(all);
    }

    /** Multiplications with additions of one sample's convolutions, linear layers and attention. */
    public long multiplyAdds() {
        return multiplyAdds;
    }

    /** The statements written so far. */
    public String body() {
        return STATISTIC
                .matcher(body)
                .replaceAll(match -> "p[" + (parameters.size() + Integer.parseInt(match.group(1))) + "]");
    }

    /** The same, which are forgotten: the next statement is the first one of another method. */
    public String takeBody() {
        String text = body();
        body.setLength(0);
        return text;
    }

    /** Adds statements as they are. */
    public void write(String statements) {
        body.append(statements);
    }

    /** The expression that reads a parameter. */
    public String parameter(String name, Integer... shape) {
        ParameterSpec spec = new ParameterSpec(name, List.of(shape));
        if (parameters.putIfAbsent(name, spec) == null) {
            indices.add(name);
        }
        return "p[" + indices.indexOf(name) + "]";
    }

    /** The expression that reads a running statistic of {@code channels} channels. */
    public String statistic(String name, int channels) {
        if (statistics.putIfAbsent(name, new ParameterSpec(name, List.of(channels))) == null) {
            statisticIndices.add(name);
        }
        return "s[" + statisticIndices.indexOf(name) + "]";
    }

    /** Whether a parameter is a running statistic. */
    public static boolean isStatistic(ParameterSpec parameter) {
        return parameter.name().contains(".running_");
    }

    /** Numbers parameters before they are used. */
    public void declare(List<ParameterSpec> known) {
        known.stream()
                .filter(each -> !isStatistic(each))
                .forEach(each -> parameter(each.name(), each.shape().toArray(Integer[]::new)));
    }

    /** The number of the last parameter that is no statistic; -1 if there is none. */
    public int lastParameter() {
        return indices.size() - 1;
    }

    /** Adds to the work of a sample. */
    public void count(long work) {
        multiplyAdds += work;
    }

    /** Writes {@code name = expression} and returns the name. */
    public String assign(String format, Object... arguments) {
        String name = "v" + variables++;
        body.append("    ").append(name).append(" = ");
        body.append(String.format(Locale.ROOT, format, arguments)).append('\n');
        return name;
    }

    /** The same for a feature map of the shape of {@code like}. */
    public Value map(Value like, String format, Object... arguments) {
        return new Value(assign(format, arguments), like.channels(), like.height(), like.width());
    }
}
