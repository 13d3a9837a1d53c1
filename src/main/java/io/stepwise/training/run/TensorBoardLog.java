package io.stepwise.training.run;

import io.stepwise.training.spec.Metric;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a run tells, for TensorBoard: one event file in the run's folder {@code tensorboard}, with the rows of metrics as
 * scalars and the sample grids as images.
 *
 * <p>INVARIANT: the file holds what {@code metrics.jsonl} and {@code samples} hold. Every process makes it anew from them
 * before it trains, so a killed process leaves no torn record and no step twice.
 *
 * <p>Used by the thread that trains.
 */
final class TensorBoardLog {
    /** TensorBoard looks for "tfevents" in the name, and reads the files of a folder in the order of their names. */
    private static final String NAME = "events.out.tfevents.";

    private static final String STAGED = ".writing";
    private static final String GRID = "samples/grid";

    private final RunFolder run;
    private Path file;
    private double began;
    private double trained;

    /** Writes nothing before {@link #begin}. */
    TensorBoardLog(RunFolder run) {
        this.run = run;
        file = run.tensorBoardFolder();
    }

    /**
     * Makes the file from the run's rows and sample grids, and removes that of an earlier process.
     *
     * @param now becomes part of the name, and is the time of step 0 if the run has not begun
     */
    void begin(Instant now) throws IOException {
        began = run.began().orElse(now).toEpochMilli() / 1e3;
        trained = 0;
        if (!Files.isDirectory(run.tensorBoardFolder())) {
            Files.createDirectory(
                    run.tensorBoardFolder()); // not its parents: if the run's folder is gone, its volume is gone
        }
        List<Path> earlier = files();
        long last = earlier.isEmpty() ? 0 : number(earlier.get(earlier.size() - 1));
        Path staged = run.tensorBoardFolder().resolve(STAGED);
        try (OutputStream out = Files.newOutputStream(staged)) {
            out.write(TensorBoardRecord.version(began));
            out.write(TensorBoardRecord.start(began));
            copyHistory(out);
        }
        file = run.tensorBoardFolder().resolve(NAME + Math.max(now.getEpochSecond(), last + 1) + ".stepwise");
        Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
        for (Path old : earlier) {
            Files.delete(old);
        }
    }

    private void copyHistory(OutputStream out) throws IOException {
        Map<Integer, MetricsRow> rows = new TreeMap<>();
        run.metrics(0).forEach(row -> rows.put(row.step(), row));
        TreeSet<Integer> steps = new TreeSet<>(run.samples());
        steps.addAll(rows.keySet());
        for (int step : steps) {
            MetricsRow row = rows.get(step);
            if (row != null) {
                out.write(scalars(row));
            }
            Path grid = run.sampleFile(step);
            if (Files.exists(grid)) {
                out.write(image(step, Files.readAllBytes(grid)));
            }
        }
    }

    void metrics(MetricsRow row) throws IOException {
        Files.write(file, scalars(row), StandardOpenOption.APPEND);
    }

    /** @param png the sample grid of {@code step} */
    void sample(int step, byte[] png) throws IOException {
        Files.write(file, image(step, png), StandardOpenOption.APPEND);
    }

    private byte[] scalars(MetricsRow row) {
        trained = row.wallSeconds();
        Map<String, Double> values = new LinkedHashMap<>();
        row.values().forEach((column, value) -> values.put(tag(column), value));
        return TensorBoardRecord.scalars(began + trained, row.step(), values);
    }

    private byte[] image(int step, byte[] png) {
        return TensorBoardRecord.image(began + trained, step, GRID, png);
    }

    /** The name of a column with its group before it. */
    private static String tag(String column) {
        boolean ofSamples = Stream.of(Metric.values())
                .anyMatch(metric -> metric.isOfSamples() && metric.wireName().equals(column));
        if (ofSamples) {
            return "samples/" + column;
        }
        if (column.startsWith("validation_")) {
            return column.replaceFirst("_", "/");
        }
        return (column.endsWith("_s") ? "speed/" : "training/") + column;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> entries = Files.list(run.tensorBoardFolder())) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(NAME))
                    .sorted()
                    .toList();
        }
    }

    private static long number(Path file) {
        return Long.parseLong(file.getFileName().toString().replaceAll("\\D", ""));
    }
}
