package io.stepwise.report;

import io.stepwise.model.UNet;
import io.stepwise.repository.ModelVersion;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The training history of a version.
 *
 * @param run id of its run; null where that is not known
 * @param rows the run's metrics up to the version's step
 * @param checkpoints one from about half-way, and the one the version was made of; empty when there are none any more
 */
record RunHistory(@Nullable String run, List<MetricsRow> rows, List<Checkpoint> checkpoints) {

    /**
     * Reads it; when the version does not say its step, up to the run's newest checkpoint.
     *
     * @throws IOException also when the run's checkpoints are not of this network
     */
    static RunHistory read(@Nullable RunFolder run, ModelVersion version, UNet net) throws IOException {
        if (run == null) {
            return new RunHistory(null, List.of(), List.of());
        }
        Long published = version.manifest().metadata().step();
        long end = published == null ? Long.MAX_VALUE : published;
        List<MetricsRow> rows =
                run.metrics(0).stream().filter(row -> row.step() <= end).toList();
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (int step : halfAndLast(
                run.checkpoints().stream().filter(step -> step <= end).toList())) {
            checkpoints.add(Checkpoint.read(run.checkpointFolder(step), net.parameters()));
        }
        return new RunHistory(run.id(), rows, checkpoints);
    }

    /** Of ascending steps; the same only once. */
    private static List<Integer> halfAndLast(List<Integer> steps) {
        OptionalInt last = steps.stream().mapToInt(Integer::intValue).max();
        if (last.isEmpty()) {
            return List.of();
        }
        return steps.stream()
                .min(Comparator.comparingInt(step -> Math.abs(step - last.getAsInt() / 2)))
                .filter(half -> half < last.getAsInt())
                .map(half -> List.of(half, last.getAsInt()))
                .orElse(List.of(last.getAsInt()));
    }

    /** The weights that the version's are the average of; null when they are not there. */
    float @Nullable [] rawWeights() {
        return checkpoints.isEmpty()
                ? null
                : checkpoints.get(checkpoints.size() - 1).weights();
    }

    ReportNumbers.@Nullable Training summary() {
        if (run == null || rows.isEmpty()) {
            return null;
        }
        MetricsRow last = rows.get(rows.size() - 1);
        return new ReportNumbers.Training(run, last.step(), last.wallSeconds());
    }
}
