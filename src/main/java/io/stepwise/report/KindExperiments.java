package io.stepwise.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.evaluation.ColourDistance;
import io.stepwise.evaluation.ImageSet;
import io.stepwise.image.Pixels;
import io.stepwise.image.Plot;
import io.stepwise.image.PlotSheet;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.spec.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Experiments with diffusion, GAN and VAE beside each other. */
final class KindExperiments {
    /** Enough that more change little. */
    private static final StudyModel.Way WAY = StudyModel.Way.ddim(50);

    private static final int FEW = 64;
    private static final double SMOOTHING = .8;

    private KindExperiments() {}

    /** Figures 8, 9, 10, 13 and 14: samples of the weights and of their average, and their distances from real faces. */
    static ObjectNode kinds(StudyBench bench) throws IOException {
        ObjectNode numbers = StudyBench.object();
        Map<String, List<Pixels>> rows = new LinkedHashMap<>();
        for (String name : List.of("sigmoid", "gan", "vae")) {
            StudyModel model = bench.model(name);
            Checkpoint last = model.checkpoint(model.spec().steps());
            for (boolean averaged : new boolean[] {false, true}) {
                List<Pixels> images = model.images(
                        bench.manager(),
                        WAY,
                        model.weights(last, averaged),
                        bench.plan().images());
                String kind = model.spec().kind().wireName();
                rows.put(averaged ? kind + ", EMA" : kind, images);
                numbers.set(averaged ? kind + "_ema" : kind, bench.measured(model, images));
            }
        }
        rows.put("real", RealImages.pixels(bench.real().others()));
        numbers.set("real", bench.measuredReal());
        bench.sheet("kinds.png", rows);
        return numbers;
    }

    /** Figures 11, 12, 19 and 20: samples at every checkpoint, and how far their mean colour is from that of real faces. */
    static ObjectNode colour(StudyBench bench) throws IOException {
        ObjectNode numbers = StudyBench.object();
        List<Plot.Series> lines = new ArrayList<>();
        for (String name : List.of("sigmoid", "gan")) {
            StudyModel model = bench.model(name);
            String kind = model.spec().kind().wireName();
            List<double[]> raw = new ArrayList<>();
            List<double[]> averaged = new ArrayList<>();
            Map<String, List<Pixels>> rows = new LinkedHashMap<>();
            for (int step : model.run().checkpoints()) {
                Checkpoint checkpoint = model.checkpoint(step);
                double share = (double) step / model.spec().steps();
                raw.add(new double[] {share, shift(bench, model, checkpoint, false, rows)});
                averaged.add(new double[] {share, shift(bench, model, checkpoint, true, rows)});
            }
            bench.sheet("early-" + kind + ".png", rows);
            lines.add(StudyBench.line(kind, raw));
            lines.add(StudyBench.line(kind + ", EMA", averaged));
            numbers.set(kind, values(raw));
            numbers.set(kind + "_ema", values(averaged));
        }
        bench.plots(
                "colour.png",
                new PlotSheet.Panel(
                        new Plot("Distance of the mean colour from that of real faces", "share of the training", ""),
                        lines));
        List<Pixels> others = RealImages.pixels(bench.real().others());
        return numbers.put("real", shift(bench, others.subList(0, Math.min(FEW, others.size()))));
    }

    private static JsonNode values(List<double[]> points) {
        return ReportNumbers.JSON.valueToTree(
                points.stream().map(point -> point[1]).toList());
    }

    private static double shift(
            StudyBench bench, StudyModel model, Checkpoint checkpoint, boolean averaged, Map<String, List<Pixels>> rows)
            throws IOException {
        int count = Math.min(FEW, bench.plan().images());
        List<Pixels> images = model.images(bench.manager(), WAY, model.weights(checkpoint, averaged), count);
        rows.put("step " + checkpoint.step() + (averaged ? ", EMA" : ""), images);
        return shift(bench, images);
    }

    /** For samples from 0 to 1. */
    static double shift(StudyBench bench, List<Pixels> images) {
        List<Pixels> reference = RealImages.pixels(bench.real().reference());
        return ColourDistance.between(ImageSet.of(images), ImageSet.of(reference))
                .meanDistance();
    }

    /** Figures 15 to 20: losses and accuracy by the updates of the generator for each of the discriminator. */
    static ObjectNode balance(StudyBench bench) throws IOException {
        ObjectNode numbers = StudyBench.object();
        Map<String, List<Pixels>> rows = new LinkedHashMap<>();
        Map<Integer, PlotSheet.Panel> panels = new TreeMap<>();
        for (StudyModel model : bench.models("gan-")) {
            int updates = Objects.requireNonNull(model.spec().gan()).updates();
            List<Pixels> images = bench.images(model, WAY);
            List<MetricsRow> metrics = model.run().metrics(0);
            ObjectNode run = StudyBench.object()
                    .put("accuracy", mean(lastPart(metrics, 4), KindExperiments::accuracy))
                    .put("unrest", unrest(metrics));
            run.set("measured", bench.measured(model, images));
            numbers.withArray("/updates_" + updates).add(run);
            if (panels.putIfAbsent(updates, losses(updates, metrics)) == null) {
                rows.put("1:" + updates, images);
            }
        }
        List<MetricsRow> diffusion = bench.model("sigmoid").run().metrics(0);
        numbers.put("diffusion_unrest", unrest(diffusion));
        panels.put(
                Integer.MAX_VALUE,
                new PlotSheet.Panel(
                        new Plot("Diffusion", "step", "", false, true, SMOOTHING),
                        List.of(line("loss", diffusion, MetricsRow::loss))));
        bench.plots("losses.png", panels.values().toArray(PlotSheet.Panel[]::new));
        bench.sheet("balance.png", rows);
        return numbers;
    }

    private static PlotSheet.Panel losses(int updates, List<MetricsRow> metrics) {
        return new PlotSheet.Panel(
                new Plot("GAN, 1:" + updates, "step", "", false, false, SMOOTHING),
                List.of(
                        line("generator's loss", metrics, row -> row.measured(Metric.GENERATOR_LOSS)),
                        line("discriminator's loss", metrics, row -> row.measured(Metric.DISCRIMINATOR_LOSS)),
                        line("accuracy", metrics, KindExperiments::accuracy)));
    }

    private static Plot.Series line(String name, List<MetricsRow> rows, ToDoubleFunction<MetricsRow> value) {
        return new Plot.Series(
                name,
                rows.stream().mapToDouble(MetricsRow::step).toArray(),
                rows.stream().mapToDouble(value).toArray());
    }

    private static double accuracy(MetricsRow row) {
        return (row.measured(Metric.ACCURACY_REAL) + row.measured(Metric.ACCURACY_MADE)) / 2;
    }

    /** The last {@code 1 / parts} of the rows, at least one. */
    private static List<MetricsRow> lastPart(List<MetricsRow> rows, int parts) {
        return rows.subList(rows.size() - Math.max(1, rows.size() / parts), rows.size());
    }

    private static double mean(List<MetricsRow> rows, ToDoubleFunction<MetricsRow> value) {
        return rows.stream().mapToDouble(value).average().orElseThrow();
    }

    /** How unsteady the loss is in the second half: its standard deviation over the rows, divided by its mean. */
    private static double unrest(List<MetricsRow> rows) {
        List<MetricsRow> half = lastPart(rows, 2);
        double mean = mean(half, MetricsRow::loss);
        return Math.sqrt(mean(half, row -> Math.pow(row.loss() - mean, 2))) / mean;
    }
}
