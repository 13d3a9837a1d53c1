package io.stepwise.training;

import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.kind.Design;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fast a run would train, judged by an earlier run of the same kind on this machine: the one whose network takes the most similar
 * time, and the newest of those. Its pace is scaled by the operations of both networks.
 *
 * @param run id of the earlier run
 * @param imagesPerSecond that would be trained on
 */
public record TrainingPace(String run, double imagesPerSecond) {
    private static final int MOST_RUNS = 100;
    private static final int LAST_ROWS = 20;

    /**
     * @param labels of the data set
     * @param runs folder of all runs; need not exist
     * @return empty if there is no earlier run that has measured its pace
     */
    public static Optional<TrainingPace> of(TrainingSpec spec, List<String> labels, Path runs) throws IOException {
        double work = Design.of(spec, labels).workPerImage();
        TrainingPace best = null;
        double smallest = Double.POSITIVE_INFINITY;
        for (RunFolder run : RunFolder.list(runs).stream().limit(MOST_RUNS).toList()) {
            Measured measured = measured(run, spec, labels);
            if (measured == null) {
                continue;
            }
            double difference = Math.abs(Math.log(measured.work / work));
            if (difference < smallest) {
                smallest = difference;
                best = new TrainingPace(run.id(), measured.imagesPerSecond * measured.work / work);
            }
        }
        return Optional.ofNullable(best);
    }

    private record Measured(double work, double imagesPerSecond) {}

    /** Null for a run of another kind, or one that has measured nothing or can't be read. */
    private static @Nullable Measured measured(RunFolder run, TrainingSpec spec, List<String> labels) {
        try {
            TrainingSpec theirs = run.spec();
            if (theirs.kind() != spec.kind()) {
                return null;
            }
            List<MetricsRow> rows = run.metrics(0);
            double[] paces = rows.subList(Math.max(0, rows.size() - LAST_ROWS), rows.size()).stream()
                    .mapToDouble(MetricsRow::imagesPerSecond)
                    .filter(pace -> pace > 0 && pace < Double.POSITIVE_INFINITY)
                    .sorted()
                    .toArray();
            return paces.length == 0
                    ? null
                    : new Measured(Design.of(theirs, labels).workPerImage(), paces[paces.length / 2]);
        } catch (IOException | InvalidMessageException e) {
            return null;
        }
    }

    /** Seconds of all steps of {@code spec}. */
    public double seconds(TrainingSpec spec) {
        return (double) spec.steps() * spec.batchSize() * spec.gradientAccumulation() / imagesPerSecond;
    }
}
