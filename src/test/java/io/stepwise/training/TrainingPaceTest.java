package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.training.kind.UNetPresets;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingPaceTest {
    @TempDir
    Path runs;

    private int made;

    private void run(Map<String, Object> changes, double... paces) throws IOException {
        Instant time = Instant.parse("2026-11-22T18:33:01Z").plusSeconds(made++);
        RunFolder run = RunFolder.create(runs, TinyRuns.spec(changes), time, new Random(made));
        for (int i = 0; i < paces.length; i++) {
            run.append(new MetricsRow(20 * (i + 1), 1, 1, 1, 1, 1, 1, 1, 1, paces[i], 1, 0, Map.of()));
        }
    }

    private static long flops(TrainingSpec spec) {
        return UNetPresets.resolve(spec, 0).flops();
    }

    @Test
    void of_runOfAnotherSize_isScaledByTheOperationsOfBoth() throws IOException {
        run(Map.of("image_size", 16), 10, 30, 20);
        run(Map.of("image_size", 32), 5);
        TrainingSpec spec = TinyRuns.spec(Map.of("image_size", 8));

        TrainingPace pace = TrainingPace.of(spec, List.of(), runs).orElseThrow();

        TrainingSpec nearest = TinyRuns.spec(Map.of("image_size", 16));
        double expected = 20.0 * flops(nearest) / flops(spec);
        assertThat(expected).isGreaterThan(60);
        assertThat(pace.imagesPerSecond()).isCloseTo(expected, within(1e-9));
        assertThat(pace.seconds(spec)).isCloseTo(spec.steps() * 2 / expected, within(1e-9));
        assertThat(RunFolder.open(runs, pace.run()).spec()).isEqualTo(nearest);
    }

    @Test
    void of_twoRunsOfOneNetwork_takesTheNewer() throws IOException {
        run(Map.of("seed", 1), 10);
        run(Map.of("seed", 2), 40);

        assertThat(TrainingPace.of(TinyRuns.spec(Map.of()), List.of(), runs)
                        .orElseThrow()
                        .imagesPerSecond())
                .isEqualTo(40);
    }

    @Test
    void of_noRunOfTheKindThatMeasuredItsPace_isUnknown() throws IOException {
        run(Map.of());
        run(Map.of("seed", 2), Double.NaN, 0);

        assertThat(TrainingPace.of(TinyRuns.spec(Map.of()), List.of(), runs)).isEmpty();
    }
}
