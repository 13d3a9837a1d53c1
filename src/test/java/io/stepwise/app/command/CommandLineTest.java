package io.stepwise.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.image.ImageReading;
import io.stepwise.image.PngText;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.GuideReference;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import io.stepwise.upload.Uploads;
import java.awt.Dimension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Tag("libtorch")
class CommandLineTest {
    private static final String PIPELINE = System.getProperty("golden.dir", "src/test/resources/golden") + "/pipeline";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final FakeGenerator generator = new FakeGenerator();
    private final List<TrainingSpec> trained = new ArrayList<>();
    private final List<String> resumed = new ArrayList<>();
    private final List<Integer> threads = new ArrayList<>();

    private final class RecordingTrainer implements TrainCommand.Trainer {
        @Override
        public void train(TrainingSpec spec, StepwiseConfig config, PrintWriter progress) {
            trained.add(spec);
            threads.add(config.train().nativeThreads());
        }

        @Override
        public void resume(String id, OptionalInt steps, StepwiseConfig config, PrintWriter progress) {
            resumed.add(id + " " + steps);
            threads.add(config.train().nativeThreads());
        }
    }

    private CommandLine commandLine;
    private boolean closed;

    @BeforeEach
    void build() {
        commandLine = StepwiseCommand.commandLine(config -> new FakeEngine(), new RecordingTrainer())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
    }

    private int run(String... args) {
        return commandLine.execute(args);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"serve", "generate", "train", "evaluate", "import", "export", "models", "datasets", "bench"})
    void help_ofEveryCommand_saysWhatItDoes(String command) {
        assertThat(run(command, "--help")).isZero();

        assertThat(out.toString()).startsWith("Usage: stepwise " + command).contains("--help", "--verbose");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void help_ofStepwise_listsTheCommandsAndExitCodes() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString())
                .contains("serve", "models", "import", "export", "STEPWISE_MODELS")
                .contains("0 success, 1 failure, 2 wrong usage");
    }

    @Test
    void train_threads_areHalfOfTheProcessorsOrThoseThatAreSet() {
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        try {
            assertThat(run("train")).isZero();
            assertThat(run("train", "--threads", "3")).isZero();
            assertThat(run("train", "--threads", "5", "--resume", "r1")).isZero();
            assertThat(threads).containsExactly(half, 3, 5);

            assertThat(run("train", "--threads", "0")).isEqualTo(1);
            assertThat(err.toString()).contains("stepwise.train.threads is 0, must be 1 … 1024");
        } finally {
            System.clearProperty("stepwise.train.threads");
        }
    }

    @Test
    void version_isPrinted() {
        assertThat(run("--version")).isZero();

        assertThat(out.toString()).startsWith("stepwise ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            serv                    | Unmatched argument at index 0: 'serv'
            serve --prot 1          | Unknown options: '--prot', '1'
            serve --port x          | Invalid value for option '--port'
            import                  | Missing required
            models prune faces      | Missing required option: '--keep=N'
            generate -n many        | Invalid value for option '-n'
            evaluate                | Missing required option: '--output=FOLDER'
            bench serve             | Unmatched argument at index 1: 'serve'
            """)
    void anything_withWrongUsage_exitsWith2AndOneHint(String line, String message) {
        assertThat(run(line.split(" "))).isEqualTo(2);

        assertThat(err.toString()).startsWith("stepwise: " + message).contains("--help' for what there is.");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void stepwise_withoutCommand_exitsWith2() {
        assertThat(run()).isEqualTo(2);

        assertThat(err.toString()).startsWith("stepwise: A command is missing.");
    }

    @Test
    void import_ofPipeline_canBeListedVerifiedUsedExportedAndDeleted() {
        String models = "--models=" + folder.resolve("models");

        assertThat(run("import", PIPELINE, "--name", "golden", models)).isZero();
        assertThat(run("import", PIPELINE, "--name", "golden", models)).isZero();
        assertThat(out.toString().lines()).containsExactly("golden 1", "golden 2");
        assertThat(run("models", "use", "golden", "1", models)).isZero();
        assertThat(run("models", models)).isZero();
        assertThat(out.toString())
                .containsPattern("\\* golden 1  \\S+Z  [0-9a-f]{64}")
                .contains("  golden 2  ");
        assertThat(run("models", "verify", "golden", models)).isZero();
        assertThat(out.toString()).contains("golden 1 is intact", "golden 2 is intact");
        Path exported = folder.resolve("out");
        assertThat(run("export", "golden", exported.toString(), models)).isZero();
        assertThat(exported.resolve("unet/diffusion_pytorch_model.safetensors")).exists();
        assertThat(run("models", "delete", "golden", "1", models)).isEqualTo(1);
        assertThat(err.toString()).startsWith("stepwise: version 1 of model golden is served");
        assertThat(run("models", "use", "golden", "latest", models)).isZero();
        assertThat(run("models", "prune", "golden", "--keep", "1", models)).isZero();
        assertThat(out.toString()).contains("deleted golden 1");
    }

    @Test
    void verify_ofDamagedVersion_fails() throws IOException {
        String models = "--models=" + folder;
        run("import", PIPELINE, "--name", "golden", models);
        Files.writeString(folder.resolve("golden/1/model_index.json"), "{}");

        assertThat(run("models", "verify", "golden", models)).isEqualTo(1);

        assertThat(err.toString()).startsWith("stepwise: ").contains("model_index.json");
    }

    @Test
    void failure_isOneLineUnlessVerbose() {
        String models = "--models=" + folder;

        assertThat(run("export", "nothing", "out", models)).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1).first().asString().startsWith("stepwise: there is no model");

        assertThat(run("export", "nothing", "out", models, "--verbose")).isEqualTo(1);
        assertThat(err.toString()).contains("\tat io.stepwise.");
    }

    @Test
    void import_ofFolderThatIsNotThere_fails() {
        assertThat(run("import", "nowhere", "--name", "x", "--models=" + folder))
                .isEqualTo(1);

        assertThat(err.toString()).startsWith("stepwise: ").contains("nowhere");
    }

    @Test
    void datasets_canBeAddedListedPreviewedAndDeleted() throws IOException {
        String datasets = "--datasets=" + folder.resolve("datasets");
        Path cats = Files.createDirectories(folder.resolve("pets/cats"));
        Path dogs = Files.createDirectories(folder.resolve("pets/dogs"));
        Files.write(cats.resolve("1.png"), Uploads.picture(10));
        Files.write(dogs.resolve("1.png"), Uploads.picture(20));
        Path archive = Files.write(folder.resolve("one.zip"), Uploads.zip("1.png", Uploads.picture(30)));
        Path sheet = folder.resolve("sheet.png");

        assertThat(run("datasets", "add", "pets", folder.resolve("pets").toString(), datasets))
                .isZero();
        assertThat(run("datasets", "add", "one", archive.toString(), datasets)).isZero();
        assertThat(out.toString().lines()).containsExactly("pets: 2 images, 2 classes", "one: 1 images, 0 classes");
        assertThat(run("datasets", "preview", "pets", "-o", sheet.toString(), "--label", "dogs", datasets))
                .isZero();
        assertThat(sheet).isNotEmptyFile();
        assertThat(run("datasets", "delete", "one", datasets)).isZero();
        assertThat(run("datasets", datasets)).isZero();
        assertThat(out.toString())
                .contains("faces  65536  80  0  built in", "pets  2  2  ")
                .doesNotContain("one  ");
    }

    @Test
    void datasetsAdd_withBrokenPictures_namesThemUnlessTheyAreSkipped() throws IOException {
        String datasets = "--datasets=" + folder.resolve("datasets");
        Path archive =
                Files.write(folder.resolve("one.zip"), Uploads.zip("1.png", Uploads.picture(30), "2.png", "broken"));

        assertThat(run("datasets", "add", "one", archive.toString(), datasets)).isEqualTo(1);
        assertThat(err.toString()).contains("2.png: not a PNG", "stepwise: 1 of 2 pictures can't be read");
        assertThat(run("datasets", "add", "one", archive.toString(), "--skip-broken", datasets))
                .isZero();
        assertThat(out.toString()).isEqualTo("one: 1 images, 0 classes\n");
    }

    @Test
    void generate_writesOneFilePerImage() throws IOException {
        Path target = folder.resolve("faces");

        assertThat(run("generate", "-n", "2", "--seed", "18446744073709551615", "-o", target.toString()))
                .isZero();

        Path second = target.resolve("faces-3-18446744073709551615-1.png");
        assertThat(out.toString().lines()).hasSize(2).last().isEqualTo(second.toString());
        String parameters = PngText.read(Files.readAllBytes(second)).get("parameters");
        assertThat(new JsonMapper().readTree(parameters).path("index").intValue())
                .isEqualTo(1);
        assertThat(closed).isTrue();
    }

    @Test
    void generate_withOptionsOfItsSamplerAndAGuide_handsThemOver() {
        String options = "--sampler=heun --spacing=karras --rho=5 --sigma-min=0.1 --sigma-max=20 --churn=8 --s-min=0.2"
                + " --s-max=9 --s-noise=1.01 --guidance=2 --guide-model=small --guide-version=4 -o=" + folder;

        assertThat(run(("generate " + options).split(" "))).isZero();

        assertThat(generator.last.options())
                .isEqualTo(new SamplerOptions(null, Spacing.KARRAS, 5.0, .1, 20.0, 8.0, .2, 9.0, 1.01));
        assertThat(generator.last.guide()).isEqualTo(new GuideReference("small", 4));
        assertThat(run("generate", "--eta", "0.5", "-o", folder.toString())).isZero();
        assertThat(generator.last.options()).isEqualTo(SamplerOptions.ofEta(.5));
    }

    @Test
    void generate_withValueOutOfRange_failsLikeHttp() {
        assertThat(run("generate", "-n", "65", "--sampler", "plms")).isEqualTo(1);

        assertThat(err.toString()).startsWith("stepwise: n is 65, must be an integer, 1 … 64; sampler is \"plms\"");
        assertThat(generator.last).isNull();
    }

    @Test
    void generate_thatTheEngineRefuses_failsWithItsReason() {
        generator.failure = new UnknownModelException("x", List.of("faces"));

        assertThat(run("generate", "-o", folder.toString())).isEqualTo(1);

        assertThat(err.toString()).isEqualTo("stepwise: model is \"x\", must be one of [faces]\n");
        assertThat(closed).isTrue();
    }

    @Test
    void train_withFileAndFields_handsOverTheSpecification() throws IOException {
        Path spec = Files.writeString(folder.resolve("spec.json"), "{\"steps\": 5, \"batch_size\": 2}");

        assertThat(run("train", spec.toString(), "--set", "steps=7", "--set", "model=mine"))
                .isZero();

        assertThat(trained).singleElement().satisfies(training -> {
            assertThat(training.steps()).isEqualTo(7);
            assertThat(training.batchSize()).isEqualTo(2);
            assertThat(training.model()).isEqualTo("mine");
        });
    }

    @Test
    void modelsAverage_ofARunThatIsNotThere_fails() {
        assertThat(run("models", "average", "mine", "--run", "nobody", "--ema", "0.05"))
                .isEqualTo(1);
        assertThat(run("models", "average", "mine", "--run", "nobody", "--ema", "0.5"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("from_run is \"nobody\", must be the id of a run that is there")
                .contains("ema is 0.5, must be a number, 0.02 … 0.25");
    }

    @Test
    void train_withResume_goesOnWithTheRun() {
        assertThat(run("train", "--resume", "some-run", "--set", "steps=7")).isZero();
        assertThat(run("train", "--resume", "some-run")).isZero();
        assertThat(resumed).containsExactly("some-run OptionalInt[7]", "some-run OptionalInt.empty");
        assertThat(run("train", "--resume", "some-run", "--set", "batch_size=7"))
                .isEqualTo(1);
        assertThat(run("train", "--resume", "some-run", "--plot", "weights.png"))
                .isEqualTo(1);
        assertThat(run("train", "--resume", "some-run", "--set", "steps=many")).isEqualTo(1);
        assertThat(err.toString())
                .contains("with --resume only --set steps=N may be given")
                .contains("steps is many, must be an integer");
        assertThat(trained).isEmpty();
    }

    @Test
    void train_withShow_printsTheSpecificationOnly() throws IOException {
        assertThat(run("train", "--show", "-s", "steps=7")).isZero();

        assertThat(TrainingSpecJson.read(out.toString()).steps()).isEqualTo(7);
        assertThat(trained).isEmpty();
    }

    @Test
    void train_withShowAndPlot_drawsTheWeightOfEveryChoice() throws Exception {
        Path plot = folder.resolve("weights.png");
        assertThat(run("train", "--show", "--plot", plot.toString(), "-s", "prediction=v_prediction"))
                .isZero();
        Dimension sheet = ImageReading.size(Files.readAllBytes(plot));
        assertThat(run("train", "--show", "--plot", plot.toString(), "-s", "prediction=edm"))
                .isZero();
        Dimension edm = ImageReading.size(Files.readAllBytes(plot));

        assertThat(sheet.width).isEqualTo(2 * 560);
        assertThat(sheet.height).as("also weightings and schedules").isEqualTo(2 * edm.height);
        assertThat(run("train", "--plot", plot.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("--plot may be given with --show only");
        assertThat(trained).isEmpty();
    }

    @Test
    void train_withFieldThatDoesNotExist_fails() {
        assertThat(run("train", "--set", "stepz=7")).isEqualTo(1);

        assertThat(err.toString()).startsWith("stepwise: ").contains("stepz is not a field");
    }

    @Test
    void evaluate_withValueOutOfRange_fails() {
        assertThat(run("evaluate", "-o", folder.toString(), "--count", "1")).isEqualTo(1);

        assertThat(err.toString()).isEqualTo("stepwise: count 1 must be 2 … 65536\n");
    }

    @Test
    void evaluate_ofImportedModel_asksWhatItWasTrainedOn() {
        String models = "--models=" + folder;
        run("import", PIPELINE, "--name", "golden", models);

        assertThat(run(
                        "evaluate",
                        "-m",
                        "golden",
                        models,
                        "-o",
                        folder.resolve("out").toString()))
                .isEqualTo(1);

        assertThat(err.toString()).contains("golden/1 does not say what it was trained on: give --dataset");
    }

    private final class FakeEngine implements LocalGenerator {
        @Override
        public Generator generator() {
            return generator;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
