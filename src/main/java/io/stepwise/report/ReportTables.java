package io.stepwise.report;

import io.stepwise.evaluation.ColourDistance;
import io.stepwise.evaluation.Likeness;
import io.stepwise.evaluation.SlicedWasserstein;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The numbers of a report as tables in Markdown. */
record ReportTables(ReportNumbers numbers) {
    String markdown() {
        return Stream.of(
                        introduction(),
                        distances(numbers.measurements()),
                        labels(),
                        samplers(),
                        likelihood(),
                        nearest())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private String introduction() {
        ReportNumbers.Training training = numbers.training();
        ReportNumbers.Sampling sampling = numbers.sampling();
        String trained = training == null
                ? ""
                : text(
                        ", trained for %d steps in %.0f minutes (run `%s`)",
                        training.steps(), training.seconds() / 60, training.run());
        return text(
                "`%s` version %d, %.2f million parameters%s. %d images of each kind; samples by %s in %d steps, %s"
                        + " spacing, seed %d, on %d processors. Every row is compared with %d %s.\n",
                numbers.model(),
                numbers.version(),
                numbers.parameters() / 1e6,
                trained,
                numbers.count(),
                sampling.sampler().toUpperCase(Locale.ROOT),
                sampling.steps(),
                sampling.spacing(),
                sampling.seed(),
                sampling.processors(),
                numbers.count(),
                numbers.reference() + (numbers.heldOut() ? "" : " (none are held out)"));
    }

    private String samplers() {
        List<Measurement> samplers = numbers.samplers();
        return samplers.isEmpty() ? "" : text("By sampler and steps:\n\n") + distances(samplers);
    }

    private static String distances(List<Measurement> measurements) {
        List<SlicedWasserstein.Level> levels = measurements.get(0).slicedWasserstein();
        Stream<String> swd = levels.stream().map(level -> "SWD " + level.width() + "×" + level.height());
        List<String> head = Stream.of(
                        Stream.of("images"),
                        swd,
                        Stream.of(
                                "SWD mean",
                                "grain",
                                "kernel distance",
                                "precision",
                                "recall",
                                "mean colour",
                                "samples W1",
                                "image means W1",
                                "histogram L1",
                                "histogram χ²",
                                "image means Fréchet",
                                "s/image"))
                .flatMap(part -> part)
                .toList();
        return table(head, measurements.stream().map(ReportTables::distances).toList());
    }

    private static List<String> distances(Measurement of) {
        ColourDistance colour = of.colour();
        Stream<String> swd = of.slicedWasserstein().stream().map(level -> text("%.1f", level.distance()));
        Likeness likeness = of.likeness();
        Stream<String> alike = likeness == null
                ? Stream.of("", "", "")
                : Stream.of(
                        text("%.1f", likeness.kernelDistance()),
                        text("%.3f", likeness.precisionRecall().precision()),
                        text("%.3f", likeness.precisionRecall().recall()));
        Double seconds = of.secondsPerImage();
        return Stream.of(
                        Stream.of(of.images()),
                        swd,
                        Stream.of(text("%.1f", of.slicedWassersteinAverage()), text("%.2f", of.grain())),
                        alike,
                        Stream.of(
                                text("%.4f", colour.meanDistance()),
                                text("%.4f", mean(colour.samples())),
                                text("%.4f", mean(colour.imageMeans())),
                                text("%.3f", mean(colour.histogramL1())),
                                text("%.4f", mean(colour.histogramChi2())),
                                text("%.5f", colour.imageMeansFrechet()),
                                seconds == null ? "" : text("%.2f", seconds)))
                .flatMap(part -> part)
                .toList();
    }

    /** Empty if labels cannot be read off the images. */
    private String labels() {
        List<Measurement> read = numbers.measurements().stream()
                .filter(measurement -> measurement.labels() != null)
                .toList();
        if (read.isEmpty()) {
            return "";
        }
        List<LabelAccuracy> columns = read.stream()
                .map(measurement -> Objects.requireNonNull(measurement.labels()))
                .toList();
        List<String> head = Stream.concat(
                        Stream.of("colour shown"), read.stream().map(Measurement::images))
                .toList();
        Stream<List<String>> rows = columns.get(0).byColour().keySet().stream()
                .map(colour -> row(
                        colour,
                        columns.stream()
                                .map(of -> Optional.ofNullable(of.byColour().get(colour)))));
        List<String> all = row("all", columns.stream().map(of -> Optional.of(of.all())));
        return table(head, Stream.concat(rows, Stream.of(all)).toList());
    }

    /** @param shares empty where there is no such image */
    private static List<String> row(String name, Stream<Optional<Double>> shares) {
        return Stream.concat(Stream.of(name), shares.map(share -> share.map(known -> text("%.1f %%", 100 * known))
                        .orElse("")))
                .toList();
    }

    /** Empty for a network without timesteps. */
    private String likelihood() {
        BitsPerDimension bits = numbers.bitsPerDimension();
        return bits == null
                ? ""
                : text(
                        "%.3f ± %.3f bits per dimension (variational bound, mean and its standard error over %d %s).\n",
                        bits.mean(), bits.standardError(), bits.images(), numbers.reference());
    }

    private String nearest() {
        ReportNumbers.Nearest nearest = numbers.nearest();
        return text(
                "Distance to the nearest of %d training images and their mirror images (root of the mean squared"
                        + " difference of samples 0 … 255, mean over %d images): %.1f from samples, %.1f from %s.\n",
                nearest.searched(),
                nearest.images(),
                nearest.samplesMean(),
                nearest.referenceMean(),
                numbers.reference());
    }

    private static double mean(List<Double> channels) {
        return channels.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    static String table(List<String> head, List<List<String>> rows) {
        return table("|---|" + "---:|".repeat(head.size() - 1), head, rows);
    }

    static String words(List<String> head, List<List<String>> rows) {
        return table("|" + "---|".repeat(head.size()), head, rows);
    }

    private static String table(String rule, List<String> head, List<List<String>> rows) {
        return Stream.concat(Stream.of(line(head), rule), rows.stream().map(ReportTables::line))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
