package io.stepwise.training.average;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.PowerProfile;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.training.OptimizerState;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.checkpoint.PowerAverages;
import io.stepwise.training.checkpoint.TrainingPosition;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
    private static final List<ParameterSpec> TWO = List.of(new ParameterSpec("a", List.of(2)));

    @TempDir
    private Path runs;

    private Snapshots snapshots;

    @BeforeEach
    void makeRun() throws IOException {
        RunFolder run =
                RunFolder.create(runs, TrainingSpec.defaults(), Instant.parse("2026-11-22T18:33:01Z"), new Random());
        snapshots = new Snapshots(run, TWO);
    }

    /** A checkpoint whose averages are {@code step} and twice that. */
    private static Checkpoint checkpoint(int step, int since) {
        float[] none = new float[2];
        return new Checkpoint(
                new TrainingPosition(step, 0, 0, Double.NaN, LossSums.NONE, ObjectiveState.NONE),
                none,
                none,
                new OptimizerState(none, none, List.of((long) step)),
                new PowerAverages(since, List.of(new float[] {step, -step}, new float[] {2 * step, 0})));
    }

    private void keep(int from, int to) throws IOException {
        for (int step = from; step <= to; step++) {
            snapshots.keep(checkpoint(step, 0), 1);
        }
    }

    @Test
    void keep_moreThanTheMost_staysEvenlySpacedUpToTheNewest() throws IOException {
        keep(1, 24);
        assertThat(snapshots.steps()).hasSize(24);
        keep(25, 25);
        assertThat(snapshots.steps()).containsExactly(2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 25);
        keep(26, 99);
        assertThat(snapshots.steps())
                .hasSizeLessThanOrEqualTo(Snapshots.MOST + 1)
                .endsWith(92, 96, 99);
        try (var files = Files.list(runs.resolve(snapshots.run().id()).resolve("averages"))) {
            assertThat(files).hasSize(2 * snapshots.steps().size());
        }
    }

    @Test
    void keep_killedWhileItDeleted_endsWithTheSameSteps() throws IOException {
        keep(1, 24);
        Files.delete(snapshots.run().root().resolve("averages/step-6-0.safetensors"));
        Files.delete(snapshots.run().root().resolve("averages/step-7-0.safetensors"));
        assertThat(snapshots.steps()).doesNotContain(6, 7);
        snapshots.keep(checkpoint(6, 0), 1); // as a run does that goes on from there
        keep(25, 25);
        assertThat(snapshots.steps()).containsExactly(2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 25);
    }

    @Test
    void keep_checkpointWithoutAverages_writesNothing() throws IOException {
        float[] none = new float[2];
        snapshots.keep(
                new Checkpoint(TrainingPosition.START, none, none, new OptimizerState(none, none, List.of(0L))), 1);
        assertThat(snapshots.run().root().resolve("averages")).doesNotExist();
        assertThat(snapshots.steps()).isEmpty();
    }

    @Test
    void weights_ofAFit_areTheSumOfTheSnapshotsUpToTheStep() throws IOException {
        keep(1, 3);
        float[] sum = snapshots.weights(2, new PowerProfile.Fit(new double[] {.5, .25, 1, -.75}, 0));
        assertThat(sum).containsExactly(.5f + .5f + 2 - 3, -.5f - 2);
    }

    @Test
    void fit_averagesThatBeganLater_countsFromThere() throws IOException {
        snapshots.keep(checkpoint(110, 100), 10);
        snapshots.keep(checkpoint(120, 100), 10);
        double[] factors = PowerProfile.ofWidth(20, .15)
                .fit(List.of(
                        PowerProfile.ofWidth(10, .05),
                        PowerProfile.ofWidth(10, .10),
                        PowerProfile.ofWidth(20, .05),
                        PowerProfile.ofWidth(20, .10)))
                .factors();
        assertThat(snapshots.fit(120, .15).factors()).containsExactly(factors, within(1e-12));
    }
}
