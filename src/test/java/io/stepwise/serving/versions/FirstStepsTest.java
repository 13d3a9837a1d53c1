package io.stepwise.serving.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.repository.ModelRepository;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.GenerationRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A version serves before its batch sizes are timed, with the same bits, and a later process knows the times. */
@Tag("libtorch")
class FirstStepsTest {
    private static final int ROWS = 8;

    @TempDir
    Path folder;

    private VersionLoader loader(ModelRepository repository) {
        EngineSettings settings =
                new EngineSettings(1, 1, ROWS, 64, 2, Duration.ofMinutes(1), folder.resolve("cache"), Set.of("calm"));
        return new VersionLoader(repository, settings, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "calm"})
    void time_afterTheFirstSteps_theSameBitsInAllBatches(String name) throws Exception {
        ModelRepository repository = ServingModels.publishCalm(ServingModels.publish(folder.resolve("models")));
        try (ServedModel model = loader(repository).loadUntimed(repository.served(name))) {
            assertThat(model.times().best()).isLessThanOrEqualTo(2);
            Trajectory trajectory =
                    model.trajectory(new GenerationRequest(null, null, 1, 1, 3, SamplerName.DDIM, null, 1, 5, null));
            float[] before = last(model, trajectory, 1);

            model.time();

            assertThat(model.times().sizeFor(ROWS)).isEqualTo(ROWS);
            for (int rows = 1; rows <= ROWS; rows++) {
                assertThat(last(model, trajectory, rows)).as("%d rows", rows).isEqualTo(before);
            }
        }
    }

    @Test
    void load_timedByAnEarlierProcess_knowsAllSizesAtOnce() throws Exception {
        ModelRepository repository = ServingModels.publish(folder.resolve("models"));
        List<String> measured = new ArrayList<>();
        try (ServedModel model = loader(repository).load(repository.served("plain"))) {
            measured.add(model.times().toString());
        }
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            assertThat(files).hasSize(1);
        }
        try (ServedModel model = loader(repository).loadUntimed(repository.served("plain"))) {
            assertThat(List.of(model.times().toString())).isEqualTo(measured);
        }
    }

    /** The state of the last of {@code rows} rows of seed 5 after all steps. */
    private static float[] last(ServedModel model, Trajectory trajectory, int rows) {
        StepLoop loop = model.loop(0);
        List<Row> batch = Stream.generate(() -> new Row(trajectory, 5, 0, 0, 1))
                .limit(rows)
                .toList();
        while (!batch.get(0).isDone()) {
            loop.step(batch);
        }
        float[] state = loop.state(batch.get(rows - 1));
        batch.forEach(Row::close);
        return state;
    }
}
