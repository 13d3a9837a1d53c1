package io.stepwise.report;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.data.ImageDataset;
import io.stepwise.image.Pixels;
import io.stepwise.image.Plot;
import io.stepwise.image.PlotSheet;
import io.stepwise.image.Png;
import io.stepwise.repository.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What experiments work with.
 *
 * @param manager owns the networks
 * @param models the trained ones by their names, in the order of the plan
 */
record StudyBench(
        NDManager manager, StudyPlan plan, Map<String, StudyModel> models, ImageDataset dataset, Path pictures) {
    /** Images in a row of a sheet. */
    static final int SHOWN = 12;

    private static final int PANEL_WIDTH = 460;
    private static final int PANEL_HEIGHT = 320;
    private static final double LEVELS = 255;

    /** About so large an image is shown, in pixels. */
    private static final int SIDE = 64;

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    StudyModel model(String name) {
        return Objects.requireNonNull(models.get(name), name);
    }

    /** The trained ones whose names begin so. */
    List<StudyModel> models(String beginning) {
        return models.values().stream()
                .filter(model -> model.spec().model().startsWith(beginning))
                .toList();
    }

    /** Held-out faces to compare with, and as many others. */
    RealImages real() {
        return RealImages.of(dataset, plan.images());
    }

    /** As many images of the published weights as are measured. */
    List<Pixels> images(StudyModel model, StudyModel.Way way) throws IOException {
        return model.images(manager, way, model.published(), plan.images());
    }

    /** The distances of images whose labels are {@code model}'s, and how sharp they are compared with real ones. */
    JsonNode measured(StudyModel model, List<Pixels> images) {
        RealImages real = real();
        LabelAccuracy labels = LabelAccuracy.of(images, i -> model.labels().get(model.label(i)));
        return measured(images, real, labels);
    }

    /** The same of real images: what a perfect generator would reach. */
    JsonNode measuredReal() {
        RealImages real = real();
        List<Pixels> others = RealImages.pixels(real.others());
        LabelAccuracy labels = LabelAccuracy.of(
                others, i -> real.labels().get(real.others().get(i).label()));
        return measured(others, real, labels);
    }

    private static JsonNode measured(List<Pixels> images, RealImages real, LabelAccuracy labels) {
        List<Pixels> reference = RealImages.pixels(real.reference());
        ObjectNode numbers = ReportNumbers.JSON.valueToTree(Measurement.of("", images, reference, labels, null));
        return numbers.put("sharpness", edges(images) / edges(reference));
    }

    /** The mean difference of neighbouring samples, 0 … 1. */
    private static double edges(List<Pixels> images) {
        double sum = 0;
        for (Pixels image : images) {
            long own = 0;
            for (int y = 0; y < image.height(); y++) {
                for (int x = 1; x < image.width(); x++) {
                    for (int c = 0; c < image.channels(); c++) {
                        own += Math.abs(image.sample(x, y, c) - image.sample(x - 1, y, c));
                    }
                }
            }
            sum += own / LEVELS / (image.width() - 1) / image.height() / image.channels();
        }
        return sum / images.size();
    }

    /** A sheet with a row for each list of images, of which the first are shown. */
    void sheet(String file, Map<String, List<Pixels>> rows) throws IOException {
        int shown = rows.values().stream().mapToInt(List::size).min().orElseThrow();
        List<Pixels> images = rows.values().stream()
                .flatMap(row -> row.stream().limit(Math.min(SHOWN, shown)))
                .toList();
        write(file, ReportPictures.sheet(images, SIDE, List.of(), List.copyOf(rows.keySet())));
    }

    void plots(String file, PlotSheet.Panel... panels) throws IOException {
        PlotSheet sheet = new PlotSheet(List.of(panels), Math.min(panels.length, 3));
        write(file, sheet.draw(PANEL_WIDTH, PANEL_HEIGHT));
    }

    void write(String file, Pixels picture) throws IOException {
        DurableFiles.replace(pictures.resolve(file), Png.encode(picture));
    }

    static Plot.Series line(String name, List<double[]> points) {
        return new Plot.Series(
                name,
                points.stream().mapToDouble(point -> point[0]).toArray(),
                points.stream().mapToDouble(point -> point[1]).toArray());
    }
}
