package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.LabelledImage;
import io.stepwise.data.store.Datasets;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.SamplerDefaults;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.image.Pixels;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.training.kind.DiffusionDesign;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole runs of every objective. */
@Tag("libtorch")
class ObjectiveRunTest {
    private static final Map<String, Object> EDM = Map.of("prediction", "edm", "steps", 12, "publish", "never");
    private static final Map<String, Object> LEARNED_VARIANCE = Map.of(
            "prediction",
            "v_prediction",
            "variance",
            "learned_range",
            "timestep_sampling",
            "importance",
            "timesteps",
            20,
            "batch_size",
            64,
            "steps",
            12,
            "publish",
            "never");

    private static final Map<String, Object> CONSISTENCY =
            Map.of("prediction", "v_prediction", "consistency", Map.of("stages", 3), "steps", 12, "publish", "never");

    @TempDir
    private Path runs;

    @TempDir
    private Path models;

    static Stream<Map<String, Object>> objectives() {
        return Stream.of(EDM, LEARNED_VARIANCE, CONSISTENCY);
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void train_resumed_endsWithTheSameBits(Map<String, Object> changes) throws Exception {
        RunFolder whole = TinyRuns.create(runs, changes);
        RunFolder resumed = TinyRuns.create(runs, changes);
        assertThat(train(whole, () -> false).kind()).isEqualTo(TrainingOutcome.Kind.FINISHED);
        int[] done = new int[1];
        train(resumed, () -> ++done[0] == 8);
        assertThat(train(resumed, () -> false).kind()).isEqualTo(TrainingOutcome.Kind.FINISHED);

        Path expected = whole.checkpointFolder(12);
        Path actual = resumed.checkpointFolder(12);
        for (String name : new String[] {"weights", "ema", "second_moment"}) {
            assertThat(actual.resolve(name + ".safetensors"))
                    .hasSameBinaryContentAs(expected.resolve(name + ".safetensors"));
        }
        assertThat(state(actual, "sigma_data")).isEqualTo(state(expected, "sigma_data"));
        assertThat(state(actual, "timestep_losses")).isEqualTo(state(expected, "timestep_losses"));
        if (changes.containsKey("timestep_sampling")) {
            assertThat(state(actual, "timestep_losses")).hasSize(20).allSatisfy(own -> assertThat(own)
                    .hasSize(10));
        }
        MetricsRow row = whole.metrics(0).get(0);
        assertThat(row.loss()).isPositive().isLessThan(10);
    }

    @Test
    void train_edm_measuresTheDataOnceAndPublishesIt() throws Exception {
        RunFolder run =
                TinyRuns.create(runs, Map.of("prediction", "edm", "sample_every", 12, "steps", 12, "publish", "end"));
        train(run, () -> false);
        double sigmaData = state(run.checkpointFolder(12), "sigma_data").doubleValue();
        try (ImageDataset faces = new Datasets(runs, 1 << 20).open(new DatasetSpec("faces", 8, 8, 3))) {
            assertThat(sigmaData).isEqualTo(DiffusionDesign.deviation(faces));
        }
        assertThat(new ModelRepository(models)
                        .versions("tiny")
                        .get(0)
                        .pipeline()
                        .schedulerConfig())
                .satisfies(scheduler ->
                        assertThat(SchedulerBridge.network(scheduler)).isEqualTo(new EdmPreconditioning(sigmaData)));
        RunFolder other = TinyRuns.create(
                runs, Map.of("prediction", "edm", "steps", 14, "resume_from", run.id(), "publish", "never"));
        Path file = run.checkpointFolder(12).resolve("state.json");
        Files.writeString(file, Files.readString(file).replace(Double.toString(sigmaData), "0.25"));
        train(other, () -> false);
        assertThat(state(other.checkpointFolder(14), "sigma_data").doubleValue())
                .as("that of the checkpoint, which the weights belong to")
                .isEqualTo(.25);
    }

    @Test
    void train_learnedVariance_isPublishedForDdpm() throws Exception {
        RunFolder run = TinyRuns.create(
                runs, Map.of("variance", "learned_range", "sample_every", 2, "steps", 2, "publish", "end"));
        train(run, () -> false);
        PipelineFolder folder =
                new ModelRepository(models).versions("tiny").get(0).pipeline();
        assertThat(folder.unetConfig().outChannels()).isEqualTo(6);
        SamplerDefaults defaults = SchedulerBridge.samplerDefaults(folder.schedulerConfig());
        assertThat(defaults.variance()).isEqualTo(Ddpm.Variance.LEARNED_RANGE);
        Trajectory ddpm = SamplerName.DDPM
                .sampler(SamplerOptions.USUAL, defaults)
                .trajectory(SchedulerBridge.network(folder.schedulerConfig()), 10);
        assertThat(ddpm.steps().get(0).learnedVariance()).isNotNull();
        assertThat(run.samples()).containsExactly(2);
    }

    @Test
    void train_consistency_isPublishedForFewSteps() throws Exception {
        RunFolder run = TinyRuns.create(
                runs,
                Map.of(
                        "prediction",
                        "v_prediction",
                        "consistency",
                        Map.of(),
                        "sample_every",
                        2,
                        "steps",
                        2,
                        "publish",
                        "end"));
        train(run, () -> false);
        assertThat(new ModelRepository(models)
                        .versions("tiny")
                        .get(0)
                        .manifest()
                        .metadata()
                        .attributes())
                .containsEntry("sampler", "lcm")
                .containsEntry("steps", "2");
        assertThat(run.samples()).containsExactly(2);
    }

    /** A third of the numbers is -1 and two thirds are 1. */
    @Test
    void deviation_ofFlatImages_isThatOfTheirLevels() {
        ImageDataset flat = new ImageDataset() {
            @Override
            public String name() {
                return "flat";
            }

            @Override
            public List<String> labels() {
                return List.of();
            }

            @Override
            public long size() {
                return 300;
            }

            @Override
            public LabelledImage get(long index) {
                byte level = (byte) (index % 3 == 0 ? 0 : 255);
                byte[] data = new byte[12];
                Arrays.fill(data, level);
                return new LabelledImage(new Pixels(2, 2, 3, data), LabelledImage.NO_LABEL);
            }

            @Override
            public void close() {}
        };
        assertThat(DiffusionDesign.deviation(flat)).isCloseTo(2 * Math.sqrt(1 / 3.0 * (2 / 3.0)), within(1e-9));
    }

    private static JsonNode state(Path checkpoint, String field) throws IOException {
        return new ObjectMapper()
                .readTree(checkpoint.resolve("state.json").toFile())
                .path(field);
    }

    private TrainingOutcome train(RunFolder run, BooleanSupplier stop) throws InterruptedException {
        return TinyRuns.train(runs, run, models, Retention.ALL, stop);
    }
}
