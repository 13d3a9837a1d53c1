package io.stepwise.api.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.http.JsonBody;
import io.stepwise.image.Plot;
import io.stepwise.image.PlotSheet;
import io.stepwise.image.Png;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.spec.Metric;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The measurements of a training run, in the form that a client wants.
 *
 * @param rows in the order of their steps
 * @param events of the run; its publications carry the quality of samples
 */
record TrainMetrics(List<MetricsRow> rows, List<RunEvent> events) {
    static final String CSV = "text/csv";
    static final String PNG = "image/png";
    static final String SVG = "image/svg+xml";

    private static final String QUALITY = Metric.SLICED_WASSERSTEIN.wireName();
    private static final double SMOOTHING = 0.9;
    private static final int PANEL_WIDTH = 640;
    private static final int PANEL_HEIGHT = 420;

    /** The rows as JSON, with the quality of the evaluated samples. */
    byte[] json() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode measured = answer.putArray("rows");
        rows.forEach(row -> measured.add(row.toJson()));
        ArrayNode qualities = answer.putArray("quality");
        for (RunEvent event : events) {
            quality(event)
                    .ifPresent(value ->
                            qualities.addObject().put("step", event.step()).put(QUALITY, value));
        }
        return JsonBody.write(answer);
    }

    /** The rows as CSV (RFC 4180); unknown values are empty. */
    byte[] csv() {
        StringBuilder text = new StringBuilder();
        text.append(String.join(",", names())).append("\r\n");
        for (MetricsRow row : rows) {
            ObjectNode fields = row.toJson();
            text.append(String.join(
                            ",",
                            names().stream()
                                    .map(name -> fields.path(name).asText("").replace("null", ""))
                                    .toList()))
                    .append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> names() {
        ObjectNode any = new MetricsRow(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of()).toJson();
        return List.copyOf(any.properties().stream().map(Map.Entry::getKey).toList());
    }

    byte[] png() {
        return Png.encode(sheet().draw(PANEL_WIDTH, PANEL_HEIGHT));
    }

    byte[] svg() {
        return sheet().svg(PANEL_WIDTH, PANEL_HEIGHT);
    }

    /** Plots of the metrics that there are, and of the loss, the speed and the quality of samples in any case. */
    private PlotSheet sheet() {
        List<PlotSheet.Panel> panels = new ArrayList<>(List.of(
                panel("Loss", true, SMOOTHING, line("", MetricsRow::loss)),
                ofKind(),
                panel("Images per second", false, 0, line("", MetricsRow::imagesPerSecond)),
                panel(
                        "Sample quality: sliced Wasserstein distance to the data, less is better",
                        false,
                        0,
                        qualities())));
        if (has(Metric.VALIDATION_LOSS)) {
            panels.add(2, heldOut());
        }
        if (has(Metric.KERNEL_DISTANCE)) {
            panels.addAll(likeness());
        }
        return new PlotSheet(panels, 2);
    }

    /** The parts of the loss. */
    private PlotSheet.Panel ofKind() {
        if (has(Metric.DISCRIMINATOR_LOSS)) {
            return panel(
                    "Losses of both networks, and how often the discriminator is right",
                    false,
                    SMOOTHING,
                    measured("generator", Metric.GENERATOR_LOSS),
                    measured("discriminator", Metric.DISCRIMINATOR_LOSS),
                    measured("right on real", Metric.ACCURACY_REAL),
                    measured("right on made", Metric.ACCURACY_MADE));
        }
        if (has(Metric.RECONSTRUCTION)) {
            return panel(
                    "Reconstruction, divergence (KL) and active latent units",
                    true,
                    SMOOTHING,
                    measured("reconstruction", Metric.RECONSTRUCTION),
                    measured("KL", Metric.KL),
                    measured("active units", Metric.ACTIVE_UNITS));
        }
        return panel(
                "Loss by timestep, first (little noise) to last quarter",
                true,
                SMOOTHING,
                line("first", MetricsRow::lossQ1),
                line("second", MetricsRow::lossQ2),
                line("third", MetricsRow::lossQ3),
                line("last", MetricsRow::lossQ4));
    }

    private PlotSheet.Panel heldOut() {
        return panel(
                "Loss of the averaged weights on held-out images, all and by timestep",
                true,
                0,
                measured("all", Metric.VALIDATION_LOSS),
                measured("first", Metric.VALIDATION_LOSS_Q1),
                measured("second", Metric.VALIDATION_LOSS_Q2),
                measured("third", Metric.VALIDATION_LOSS_Q3),
                measured("last", Metric.VALIDATION_LOSS_Q4));
    }

    private List<PlotSheet.Panel> likeness() {
        return List.of(
                panel(
                        "Sample quality: kernel distance to the data, less is better",
                        false,
                        0,
                        measured("", Metric.KERNEL_DISTANCE)),
                panel(
                        "Sample quality: precision and recall, more is better",
                        false,
                        0,
                        measured("precision", Metric.PRECISION),
                        measured("recall", Metric.RECALL)));
    }

    private boolean has(Metric metric) {
        return rows.stream().anyMatch(row -> row.measured().containsKey(metric));
    }

    private static PlotSheet.Panel panel(String title, boolean logarithmic, double smoothing, Plot.Series... lines) {
        return new PlotSheet.Panel(new Plot(title, "step", "", false, logarithmic, smoothing), List.of(lines));
    }

    private Plot.Series line(String name, ToDoubleFunction<MetricsRow> value) {
        return new Plot.Series(
                name,
                rows.stream().mapToDouble(MetricsRow::step).toArray(),
                rows.stream().mapToDouble(value).toArray());
    }

    /** At the steps where it was measured. */
    private Plot.Series measured(String name, Metric metric) {
        List<MetricsRow> known =
                rows.stream().filter(row -> row.measured().containsKey(metric)).toList();
        return new Plot.Series(
                name,
                known.stream().mapToDouble(MetricsRow::step).toArray(),
                known.stream().mapToDouble(row -> row.measured(metric)).toArray());
    }

    private Plot.Series qualities() {
        List<RunEvent> judged =
                events.stream().filter(event -> quality(event).isPresent()).toList();
        return new Plot.Series(
                "",
                judged.stream().mapToDouble(RunEvent::step).toArray(),
                judged.stream()
                        .mapToDouble(event -> quality(event).orElseThrow())
                        .toArray());
    }

    private static Optional<Double> quality(RunEvent event) {
        return event.details().get(QUALITY) instanceof Number value
                ? Optional.of(value.doubleValue())
                : Optional.empty();
    }
}
