package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.model.latent.Vae;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.GanSpec;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.OptimizerSpec;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import io.stepwise.training.spec.VaeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of a small GAN and a small VAE on faces of 16 by 16 pixels. */
@Tag("libtorch")
class LatentRunTest {
    private static final Map<String, Object> GAN =
            Map.of("kind", "gan", "gan", Map.of("latent_size", 8, "channels", 4, "updates", 2, "conditional", true));
    private static final Map<String, Object> VAE = Map.of(
            "kind", "vae",
            "vae", Map.of("latent_size", 6, "channels", 4, "beta", .5, "reconstruction", "bce", "conditional", true),
            "validation", Map.of("every", 10, "share", .1));

    private static final Map<String, Object> FIELDS = Map.of(
            "model", "small",
            "image_size", 16,
            "batch_size", 6,
            "steps", 25,
            "seed", 3,
            "ema_decay", .9,
            "sample_every", 25,
            "checkpoint_every", 10,
            "publish", "every_checkpoint");

    @TempDir
    private Path runs;

    @TempDir
    private Path models;

    @ParameterizedTest
    @ValueSource(strings = {"gan", "vae"})
    void train_interrupted_endsWithTheBitsOfAnUninterruptedRun(String kind) throws Exception {
        Map<String, Object> fields = kind.equals("gan") ? GAN : VAE;
        RunFolder whole = create("whole", fields);
        RunFolder broken = create("broken", fields);

        assertThat(train(whole, () -> false).kind()).isEqualTo(TrainingOutcome.Kind.FINISHED);
        train(broken, TinyRuns.stopAt(7));
        train(broken, TinyRuns.stopAt(6));
        assertThat(broken.newestCheckpoint()).hasValue(13);
        assertThat(train(broken, () -> false).kind()).isEqualTo(TrainingOutcome.Kind.FINISHED);

        for (String file : List.of("weights", "ema", "first_moment", "second_moment")) {
            assertThat(broken.checkpointFolder(25).resolve(file + ".safetensors"))
                    .hasSameBinaryContentAs(whole.checkpointFolder(25).resolve(file + ".safetensors"));
        }
        assertThat(broken.metrics(0))
                .extracting(LatentRunTest::timeless)
                .isEqualTo(
                        whole.metrics(0).stream().map(LatentRunTest::timeless).toList());
        assertThat(sample(broken)).isEqualTo(sample(whole));
        assertThat(weights("broken")).isEqualTo(weights("whole")).hasSize(3);
    }

    @Test
    void train_gan_reportsLossesAndAccuracies() throws Exception {
        RunFolder run = create("small", GAN);
        train(run, () -> false);

        MetricsRow row = run.metrics(0).get(0);
        assertThat(row.step()).isEqualTo(20);
        assertThat(row.loss()).isEqualTo(row.measured(Metric.GENERATOR_LOSS)).isPositive();
        assertThat(row.measured(Metric.DISCRIMINATOR_LOSS)).isPositive();
        assertThat(row.measured(Metric.ACCURACY_REAL)).isBetween(0.0, 1.0);
        assertThat(row.measured(Metric.ACCURACY_MADE)).isBetween(0.0, 1.0);
        assertThat(row.lossQ1()).isNaN();
        assertThat(row.measured(Metric.VALIDATION_LOSS)).isNaN();
        assertThat(version("small").manifest().metadata().metrics()).containsKey("accuracy_real");
    }

    @Test
    void train_vae_learnsToReconstruct() throws Exception {
        RunFolder run = create("small", with(VAE, Map.of("steps", 200, "publish", "end", "sample_every", 0)));
        train(run, () -> false);

        List<MetricsRow> rows = run.metrics(0);
        MetricsRow first = rows.get(0);
        MetricsRow last = rows.get(rows.size() - 1);
        assertThat(last.measured(Metric.RECONSTRUCTION)).isLessThan(first.measured(Metric.RECONSTRUCTION));
        assertThat(last.loss()).isEqualTo(last.measured(Metric.RECONSTRUCTION) + .5 * last.measured(Metric.KL));
        assertThat(last.measured(Metric.ACTIVE_UNITS)).isBetween(1.0, 6.0);
        assertThat(last.measured(Metric.KL)).isPositive();
    }

    @Test
    void publish_gan_isAVersionOfTheGeneratorAlone() throws Exception {
        train(create("small", with(GAN, Map.of("publish", "end"))), () -> false);

        ModelVersion version = version("small");
        assertThat(new ModelRepository(models).verify(version).files())
                .containsOnlyKeys(
                        "model_index.json", "generator/config.json", "generator/weights.safetensors", "training.json");
        assertThat(version.network().network().classes()).isEqualTo(TinyRuns.labels() + 1);
        assertThat(version.network().weights())
                .hasSize((int) version.network().network().parameterCount());
        assertThat(version.network().parameters()).noneMatch(each -> each.name().startsWith("discriminator"));
        assertThatThrownBy(version::pipeline).hasMessageContaining("is a GAN or a VAE, must be a diffusion model");
    }

    @Test
    void of_conditionalWithoutLabels_isRefusedByName() {
        assertThatThrownBy(() -> io.stepwise.training.kind.Design.of(TrainingSpecJson.read(node(GAN)), List.of()))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("gan/conditional is true, must be false");
    }

    @Test
    void read_kindAlone_hasTheDefaultsOfItsKind() throws Exception {
        TrainingSpec gan = TrainingSpecJson.read("{\"kind\": \"gan\"}");
        assertThat(gan.gan()).isEqualTo(new GanSpec(100, 64, 1, false));
        assertThat(gan.optimizer()).isEqualTo(new OptimizerSpec(OptimizerStep.Algorithm.ADAM, .5, .999, 1e-8, null));
        assertThat(gan.learningRate()).isEqualTo(2e-4);
        assertThat(gan.gradientClip()).isZero();
        assertThat(gan.warmupSteps()).isZero();
        assertThat(gan.validation()).isNull();
        TrainingSpec vae = TrainingSpecJson.read("{\"kind\": \"vae\", \"vae\": {\"beta\": 0.5}}");
        assertThat(vae.vae()).isEqualTo(new VaeSpec(128, 32, .5, Vae.Reconstruction.L2, false));
        assertThat(vae.learningRate()).isEqualTo(.001);
        assertThat(vae.validation()).isNotNull();
        for (TrainingSpec each : List.of(gan, vae)) {
            String written = TrainingSpecJson.write(each);
            assertThat(written).doesNotContain("unet", "timesteps", "prediction", "label_dropout");
            assertThat(TrainingSpecJson.read(written)).isEqualTo(each);
            assertThat(TrainingSpecJson.readStored(written)).isEqualTo(each);
        }
    }

    private static Map<String, Object> with(Map<String, Object> fields, Map<String, Object> changes) {
        Map<String, Object> all = new HashMap<>(fields);
        all.putAll(changes);
        return all;
    }

    private static ObjectNode node(Map<String, Object> fields) {
        return new ObjectMapper().valueToTree(with(FIELDS, fields));
    }

    private RunFolder create(String model, Map<String, Object> fields) throws IOException {
        return RunFolder.create(
                runs,
                TrainingSpecJson.read(node(with(fields, Map.of("model", model)))),
                Instant.parse("2026-11-22T18:33:01Z"),
                new Random());
    }

    private TrainingOutcome train(RunFolder run, java.util.function.BooleanSupplier stop) throws InterruptedException {
        TrainingOutcome outcome = TinyRuns.train(runs, run, models, Retention.ALL, stop);
        assertThat(outcome.failure()).isNull();
        return outcome;
    }

    private ModelVersion version(String model) throws IOException {
        return new ModelRepository(models).served(model);
    }

    private List<List<Float>> weights(String model) throws IOException {
        return new ModelRepository(models)
                .versions(model).stream().map(LatentRunTest::weights).toList();
    }

    private static List<Float> weights(ModelVersion version) {
        try {
            List<Float> values = new java.util.ArrayList<>();
            for (float value : version.network().weights()) {
                values.add(value);
            }
            return values;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] sample(RunFolder run) throws IOException {
        try (var files = Files.list(run.root().resolve("samples"))) {
            return Files.readAllBytes(files.findFirst().orElseThrow());
        }
    }

    private static Map<String, Double> timeless(MetricsRow row) {
        Map<String, Double> values = new HashMap<>(row.values());
        values.keySet().removeAll(List.of("images_per_s", "wall_s", "data_wait_s"));
        return values;
    }
}
