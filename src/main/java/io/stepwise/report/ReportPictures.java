package io.stepwise.report;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.ImageDataset;
import io.stepwise.image.ContactSheet;
import io.stepwise.image.Pixels;
import io.stepwise.image.Plot;
import io.stepwise.image.Png;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.kind.ImageMaker.Start;
import io.stepwise.training.run.MetricsRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The pictures of a report, PNG files in one folder. Images are enlarged by repeating their pixels. */
record ReportPictures(Path folder, TrainedModel model) {
    private static final int ROWS = 8;
    private static final int SHOWN_SIDE = 128;
    private static final int SHEET_SIDE = 10;
    private static final int WHITE = 0xffffff;

    /** A column per label, a row per seed: the first seeds there are, none picked. */
    void samples(NDManager manager, String name, double guidance) throws IOException {
        List<Start> starts = new ArrayList<>();
        List<String> seeds = new ArrayList<>();
        for (int seed = 0; seed < ROWS; seed++) {
            starts.addAll(model.row(seed, guidance));
            seeds.add("seed " + seed);
        }
        sheet(name, model.images(manager, model.weights(), starts), model.columnNames(), seeds);
    }

    /** The first image of each of the first hundred seeds, without a label. */
    void unlabelled(NDManager manager, String name) throws IOException {
        List<Pixels> images = model.images(manager, model.weights(), model.unlabelled(SHEET_SIDE * SHEET_SIDE));
        List<String> rows = IntStream.range(0, SHEET_SIDE)
                .mapToObj(row -> "seeds " + row * SHEET_SIDE + " …")
                .toList();
        sheet(name, images, List.of(), rows);
    }

    void rows(String name, List<Pixels> images, List<String> rows) throws IOException {
        sheet(name, images, List.of(), rows);
    }

    /** The same noise through the weights of each checkpoint and through their moving average. */
    void average(NDManager manager, String name, List<Checkpoint> checkpoints) throws IOException {
        List<Pixels> images = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        for (Checkpoint checkpoint : checkpoints) {
            images.addAll(model.images(manager, checkpoint.weights(), model.row(0, 1)));
            images.addAll(model.images(manager, checkpoint.average(), model.row(0, 1)));
            rows.add("step " + checkpoint.step());
            rows.add("its EMA");
        }
        sheet(name, images, model.columnNames(), rows);
    }

    /** Samples and, below each, the training images nearest to it. */
    void nearest(String name, ImageDataset training, List<Pixels> samples, List<List<NearestImages.Match>> matches)
            throws IOException {
        List<Pixels> images = new ArrayList<>(samples);
        List<String> rows = new ArrayList<>(List.of("sample"));
        for (int rank = 0; rank < NearestImages.KEPT; rank++) {
            for (List<NearestImages.Match> match : matches) {
                Pixels found = training.get(match.get(rank).index()).pixels();
                images.add(match.get(rank).mirrored() ? NearestImages.mirrored(found) : found);
            }
            rows.add(rank == 0 ? "nearest" : "no. " + (rank + 1));
        }
        List<String> columns = IntStream.range(0, samples.size())
                .mapToObj(i -> "no. " + (i + 1))
                .toList();
        sheet(name, images, columns, rows);
    }

    /** The loss of a run over its steps, as a whole and by how much noise there was. */
    void loss(String name, List<MetricsRow> rows) throws IOException {
        Plot plot = new Plot("Training loss", "step", "", false, true, 0.6);
        List<Plot.Series> series = List.of(
                series("all timesteps", rows, MetricsRow::loss),
                series("t in the first quarter", rows, MetricsRow::lossQ1),
                series("second quarter", rows, MetricsRow::lossQ2),
                series("third quarter", rows, MetricsRow::lossQ3),
                series("last quarter, most noise", rows, MetricsRow::lossQ4));
        write(name, plot.draw(series, 880, 480));
    }

    private static Plot.Series series(String name, List<MetricsRow> rows, ToDoubleFunction<MetricsRow> value) {
        double[] steps = rows.stream().mapToDouble(MetricsRow::step).toArray();
        return new Plot.Series(name, steps, rows.stream().mapToDouble(value).toArray());
    }

    private void sheet(String name, List<Pixels> images, List<String> columns, List<String> rows) throws IOException {
        write(name, sheet(images, SHOWN_SIDE, columns, rows));
    }

    /** Images in rows that have names, enlarged to about {@code side} pixels. */
    static Pixels sheet(List<Pixels> images, int side, List<String> columns, List<String> rows) {
        int factor = Math.max(1, side / images.get(0).height());
        ContactSheet sheet = new ContactSheet(images.size() / rows.size(), 4, WHITE, columns, rows);
        return sheet.of(images.stream().map(image -> enlarged(image, factor)).toList());
    }

    private void write(String name, Pixels picture) throws IOException {
        DurableFiles.replace(folder.resolve(name), Png.encode(picture));
    }

    static Pixels enlarged(Pixels image, int factor) {
        int width = image.width() * factor;
        int height = image.height() * factor;
        int channels = image.channels();
        byte[] data = new byte[width * height * channels];
        for (int i = 0; i < data.length; i++) {
            int x = i / channels % width / factor;
            int y = i / channels / width / factor;
            data[i] = image.data()[(y * image.width() + x) * channels + i % channels];
        }
        return new Pixels(width, height, channels, data);
    }
}
