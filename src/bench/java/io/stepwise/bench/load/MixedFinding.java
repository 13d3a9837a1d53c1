package io.stepwise.bench.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.image.Pixels;
import io.stepwise.image.Plot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results of the mixed sweep.
 *
 * @param objective largest stretch of a good answer
 * @param results for every load, one result per system in the order of {@link #SYSTEMS}
 */
record MixedFinding(double objective, List<SystemLoad> results) implements Finding {
    /** The names of the compared systems. */
    static final List<String> SYSTEMS = List.of("step-level", "request-level", "no-batching");

    private static final int PLOT_WIDTH = 900;
    private static final int PLOT_HEIGHT = 560;

    MixedFinding {
        results = List.copyOf(results);
    }

    /** The results of one system in the order of the sweep. */
    private List<SystemLoad> of(String system) {
        return results.stream().filter(one -> one.system().equals(system)).toList();
    }

    double bestGoodput(String system) {
        return of(system).stream().mapToDouble(SystemLoad::goodputPerS).max().orElse(Double.NaN);
    }

    private double ratio() {
        return bestGoodput(SYSTEMS.get(0)) / bestGoodput(SYSTEMS.get(1));
    }

    /** The ratio of step-level to request-level goodput at every load. */
    @JsonProperty("goodput_ratio_by_load")
    Map<String, Double> ratioByLoad() {
        Map<String, Double> ratios = new LinkedHashMap<>();
        List<SystemLoad> ours = of(SYSTEMS.get(0));
        List<SystemLoad> theirs = of(SYSTEMS.get(1));
        for (int i = 0; i < ours.size(); i++) {
            ratios.put(
                    Double.toString(ours.get(i).load()),
                    ours.get(i).goodputPerS() / theirs.get(i).goodputPerS());
        }
        return ratios;
    }

    @Override
    public String name() {
        return "mixed";
    }

    @Override
    public Map<String, @Nullable Double> headlines() {
        Map<String, @Nullable Double> headlines = new LinkedHashMap<>();
        headlines.put("goodput_ratio", ratio());
        headlines.put("goodput_step_level_per_s", bestGoodput(SYSTEMS.get(0)));
        headlines.put("goodput_request_level_per_s", bestGoodput(SYSTEMS.get(1)));
        headlines.put("goodput_no_batching_per_s", bestGoodput(SYSTEMS.get(2)));
        return headlines;
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Mixed requests, goodput: those answered within %.1f times their solo latency%n"
                        + "  best of step-level %.1f/s, request-level %.1f/s, no batching %.1f/s: %.2f times"
                        + " request-level%n"
                        + "  by load: %s%n",
                objective,
                bestGoodput(SYSTEMS.get(0)),
                bestGoodput(SYSTEMS.get(1)),
                bestGoodput(SYSTEMS.get(2)),
                ratio(),
                ratios()));
        text.append("  load  system         requests  refused   late  goodput/s  images/s  row-steps/s")
                .append("    p50 ms    p95 ms    p99 ms  stretch: mean    p50    p95    p99\n");
        results.forEach(one -> text.append(line(one)));
        return text.append(classes()).toString();
    }

    private String ratios() {
        List<String> parts = new ArrayList<>();
        ratioByLoad().forEach((load, ratio) -> parts.add(String.format(Locale.ROOT, "%s: %.2f", load, ratio)));
        return String.join(", ", parts);
    }

    private static String line(SystemLoad one) {
        SystemLoad.Latency latency = one.latency();
        return String.format(
                Locale.ROOT,
                "  %4.2f  %-13s %9d %8d %6d %10.1f %9.1f %12.0f %9.1f %9.1f %9.1f %14.1f %6.1f %6.1f %6.1f%n",
                one.load(),
                one.system(),
                one.requests(),
                one.refused(),
                one.late(),
                one.goodputPerS(),
                one.imagesPerS(),
                one.rowStepsPerS(),
                latency.p50Ms(),
                latency.p95Ms(),
                latency.p99Ms(),
                latency.meanStretch(),
                latency.p50Stretch(),
                latency.p95Stretch(),
                latency.p99Stretch());
    }

    /** The results by class of every system, at the load where step-level batching is best. */
    private String classes() {
        StringBuilder text = new StringBuilder();
        double load = of(SYSTEMS.get(0)).stream()
                .filter(one -> one.goodputPerS() == bestGoodput(SYSTEMS.get(0)))
                .mapToDouble(SystemLoad::load)
                .findFirst()
                .orElse(Double.NaN);
        text.append(String.format(Locale.ROOT, "  By class at load %.2f%n", load))
                .append("  system         steps  requests   good     p50 ms     p95 ms     p99 ms  p50 stretch  p95\n");
        results.stream().filter(one -> one.load() == load).forEach(one -> one.classes()
                .forEach(kind -> text.append(line(one.system(), kind))));
        return text.toString();
    }

    private static String line(String system, SystemLoad.StepClass kind) {
        return String.format(
                Locale.ROOT,
                "  %-13s %6d %9d %6d %10.1f %10.1f %10.1f %12.1f %4.1f%n",
                system,
                kind.steps(),
                kind.requests(),
                kind.good(),
                kind.latency().p50Ms(),
                kind.latency().p95Ms(),
                kind.latency().p99Ms(),
                kind.latency().p50Stretch(),
                kind.latency().p95Stretch());
    }

    /** Plots the 95th percentile of stretch against load, with one line per system. */
    Pixels plot() {
        Plot plot = new Plot("", "load over capacity", "latency over solo, 95th percentile", false, true, 0);
        List<Plot.Series> lines = SYSTEMS.stream()
                .map(system -> new Plot.Series(
                        system,
                        of(system).stream().mapToDouble(SystemLoad::load).toArray(),
                        of(system).stream()
                                .mapToDouble(one -> one.latency().p95Stretch())
                                .toArray()))
                .toList();
        return plot.draw(lines, PLOT_WIDTH, PLOT_HEIGHT);
    }
}
