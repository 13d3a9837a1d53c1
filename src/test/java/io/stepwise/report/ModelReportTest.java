package io.stepwise.report;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.LabelledImage;
import io.stepwise.data.faces.FacesDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.training.Retention;
import io.stepwise.training.TrainingRun;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("libtorch")
class ModelReportTest {
    private static final ReportOptions OPTIONS = new ReportOptions(8, 0, 2, 2, 2, 16);
    private static final String SPEC =
            """
            {"model": "small", "steps": 4, "batch_size": 2, "image_size": 16, "checkpoint_every": 2,
             "unet": {"block_out_channels": [8, 16], "layers_per_block": 1, "norm_num_groups": 4,
                      "down_block_types": ["DownBlock2D", "DownBlock2D"],
                      "up_block_types": ["UpBlock2D", "UpBlock2D"]}}
            """;

    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();

    @Test
    void write_ofTrainedFaces_leavesEveryPictureAndNumber() throws IOException, InterruptedException {
        RunFolder run = RunFolder.create(
                folder.resolve("runs"), TrainingSpecJson.read(SPEC), Instant.EPOCH, new SplittableRandom(1));
        ModelRepository models = new ModelRepository(folder.resolve("models"));
        new TrainingRun(
                        folder.resolve("runs"),
                        run,
                        new Datasets(folder, 0),
                        models,
                        Retention.DEFAULT,
                        () -> Instant.EPOCH)
                .train(() -> false)
                .orThrow();

        String tables = report(models.served("small"), run, new FacesDataset(16, 16, 0, 64));

        Path out = folder.resolve("out");
        assertThat(out.toFile().list())
                .containsExactlyInAnyOrder(
                        "samples.png",
                        "samples-guided.png",
                        "unlabelled.png",
                        "samplers.png",
                        "nearest.png",
                        "loss.png",
                        "ema.png",
                        "metrics.json",
                        "numbers.md");
        Pixels samples = ImageReading.read(Files.readAllBytes(out.resolve("samples.png")), 1 << 22);
        assertThat(samples.width()).isGreaterThan(8 * 16 * 6);
        assertThat(samples.height()).isGreaterThan(8 * 16 * 6);
        JsonNode numbers = new JsonMapper().readTree(out.resolve("metrics.json").toFile());
        assertThat(numbers.at("/training/steps").intValue()).isEqualTo(4);
        assertThat(numbers.path("held_out").booleanValue()).isTrue();
        assertThat(numbers.path("measurements").findValuesAsText("images"))
                .containsExactly(
                        "other held-out faces",
                        "samples",
                        "samples, guidance 2.0",
                        "samples without EMA",
                        "the same, shrunk to half and enlarged",
                        "the noise that sampling starts from");
        List<JsonNode> samplers = new ArrayList<>();
        numbers.path("samplers").forEach(samplers::add);
        assertThat(samplers)
                .extracting(way -> way.path("images").textValue())
                .hasSize(11)
                .startsWith("other held-out faces", "ddim, 5 steps", "ddim, 10 steps")
                .endsWith("dpm++2m, 250 steps");
        assertThat(samplers.get(1).path("colour")).isNotEqualTo(samplers.get(6).path("colour"));
        assertThat(numbers.at("/measurements/5/grain").doubleValue())
                .isGreaterThan(10 * numbers.at("/measurements/0/grain").doubleValue());
        JsonNode real = numbers.at("/measurements/0/likeness");
        JsonNode noise = numbers.at("/measurements/5/likeness");
        assertThat(noise.path("kernel_distance").doubleValue())
                .isGreaterThan(real.path("kernel_distance").doubleValue());
        for (String share : List.of("precision", "recall", "density", "coverage")) {
            assertThat(real.path("precision_recall").path(share).isNumber())
                    .as(share)
                    .isTrue();
        }
        assertThat(noise.at("/precision_recall/recall").doubleValue())
                .isLessThan(real.at("/precision_recall/recall").doubleValue());
        assertThat(tables).contains("| kernel distance | precision | recall |");
        assertThat(numbers.at("/measurements/0/labels/by_colour")).hasSize(8);
        assertThat(numbers.at("/nearest/samples")).hasSize(8);
        assertThat(numbers.at("/bits_per_dimension/mean").doubleValue()).isPositive();
        assertThat(numbers.at("/bits_per_dimension/images").intValue()).isEqualTo(8);
        assertThat(numbers.toString()).doesNotContain("NaN", "Infinity");
        assertThat(tables)
                .isEqualTo(Files.readString(out.resolve("numbers.md")))
                .contains("trained for 4 steps", "| pink |", " bits per dimension (variational bound, mean and its")
                .doesNotContain("NaN", "Infinity");
        assertThat(progress).contains("weights and their average", "8 samples, guidance 2.0");
    }

    @Test
    void write_ofImportedNetworkWithoutLabels_leavesOutWhatCannotBeKnown() throws IOException {
        Path golden = Path.of(System.getProperty("golden.dir", "src/test/resources/golden"), "pipeline");
        ModelVersion version = new ModelRepository(folder.resolve("models")).importFolder(golden, "imported");

        String tables = report(version, null, new Gradients());

        assertThat(folder.resolve("out").toFile().list())
                .containsExactlyInAnyOrder(
                        "samples.png", "unlabelled.png", "samplers.png", "nearest.png", "metrics.json", "numbers.md");
        assertThat(tables)
                .contains("training images of gradients (none are held out)", "5 images of each kind")
                .doesNotContain("label", "guidance", "EMA", "NaN");
        assertThat(progress)
                .contains("the run's metrics are not here: no loss.png")
                .contains("the run's checkpoints are not here: no ema.png");
    }

    private String report(ModelVersion version, RunFolder run, ImageDataset training) throws IOException {
        try (NDManager manager = NDManager.newBaseManager()) {
            return new ModelReport(version, run, training, OPTIONS)
                    .write(manager, folder.resolve("out"), progress::add);
        }
    }

    /** Eleven unlabelled images. */
    private static final class Gradients implements ImageDataset {
        @Override
        public String name() {
            return "gradients";
        }

        @Override
        public List<String> labels() {
            return List.of();
        }

        @Override
        public long size() {
            return 11;
        }

        @Override
        public LabelledImage get(long index) {
            byte[] data = new byte[16 * 16 * 3];
            for (int i = 0; i < data.length; i++) {
                data[i] = (byte) (i * (index + 1) / 8);
            }
            return new LabelledImage(new Pixels(16, 16, 3, data), LabelledImage.NO_LABEL);
        }

        @Override
        public void close() {}
    }
}
