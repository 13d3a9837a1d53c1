package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stepwise.data.faces.FacesDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.image.Png;
import io.stepwise.repository.ModelRepository;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("libtorch")
class TrainingCheckTest {
    private static final long GIB = 1 << 30;

    @TempDir
    private Path runs;

    @TempDir
    private Path datasets;

    /** The child's: checks, and fails when that has loaded libtorch. */
    public static void main(String[] args) throws IOException {
        TrainingCheck check = TrainingCheck.of(
                TrainingSpec.defaults(),
                Path.of(args[0]),
                new Datasets(Path.of(args[0]), 0),
                new ModelRepository(Path.of(args[0])));
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            System.exit(maps.anyMatch(line -> line.contains("libtorch")) || check.images() == 0 ? 1 : 0);
        }
    }

    @Test
    void of_defaults_isFine() throws IOException {
        TrainingCheck check = check(Map.of());
        assertThat(check.labels()).hasSize(80);
        assertThat(check.images()).isEqualTo(65536);
        assertThat(check.parameters()).isEqualTo(2_227_827);
        assertThat(check.warnings()).isEmpty();
        assertThat(check.memory().total()).isBetween(GIB / 2, 2 * GIB);
    }

    @Test
    void of_anything_doesNotLoadLibtorch() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                TrainingCheckTest.class.getName(),
                runs.toString());
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        Process process = builder.inheritIO().start();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void of_scheduleThatLeavesSignal_warns() throws IOException {
        assertThat(check(Map.of("schedule", Map.of("type", "cosine", "max_beta", .02)))
                        .warnings())
                .singleElement()
                .asString()
                .contains("0.0565");
    }

    @Test
    void of_batchLargerThanDataSet_warns() throws IOException {
        picture("few/a.png");
        assertThat(check(Map.of("dataset", "few")).warnings())
                .singleElement()
                .asString()
                .contains("32 images is more than the data set's 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"dataset": "birds"}                                  | /dataset     | there is no data set birds
            {"dataset": "broken"}                                 | /dataset     | a.png
            {"unet": {"block_out_channels": [7, 9]}}              | /unet        | must be of length 2
            {"unet": {"in_channels": 1, "out_channels": 1}}       | /unet        | in_channels 1 must be 3
            {"unet": {"class_embed_type": "timestep"}}            | /unet        | class_embed_type
            {"unet": {"time_embedding_type": "fourier"}}          | /unet        | positional or learned
            {"unet": {"num_class_embeds": 4}}                     | /unet        | must be 81
            {"unet": {"block_out_channels": [65536, 65536, 65536, 65536]}} | /unet | parameters
            {"image_size": 30}                                    | /unet        | multiples of 4
            {"resume_from": "20200101-000000-0000"}               | /resume_from | a run that is there
            {"init_from": {"model": "birds"}}                     | /init_from   | there is no model birds
            """)
    void of_fieldThatCannotBeUsed_isRefusedNamingIt(String fields, String pointer, String message) throws Exception {
        Files.createDirectories(datasets.resolve("broken"));
        Files.writeString(datasets.resolve("broken/a.png"), "no picture");
        assertThatThrownBy(() -> TrainingCheck.of(
                        TrainingSpecJson.read(fields), runs, new Datasets(datasets, 0), new ModelRepository(runs)))
                .isInstanceOfSatisfying(InvalidMessageException.class, e -> assertThat(e.errors())
                        .extracting(FieldError::pointer)
                        .contains(pointer))
                .hasMessageContaining(message);
    }

    @Test
    void of_learnedTimeEmbeddingOfTooFewRows_isRefused() {
        assertThatThrownBy(() ->
                        check(Map.of("unet", Map.of("time_embedding_type", "learned", "num_train_timesteps", 999))))
                .hasMessageContaining("num_train_timesteps 999 must be at least the timesteps 1000");
    }

    @Test
    void of_severalFaults_namesAll() {
        InvalidMessageException refused = catchThrowableOfType(
                InvalidMessageException.class,
                () -> check(Map.of(
                        "unet", Map.of("in_channels", 1, "out_channels", 1), "resume_from", "20200101-000000-0000")));
        assertThat(refused.errors()).extracting(FieldError::pointer).containsExactly("/unet", "/resume_from");
    }

    @Test
    void of_moreMemoryThanThereIs_namesWhatToMakeSmaller() {
        assertThatThrownBy(() -> check(Map.of("batch_size", 1024, "precision", "f32"), 2 * GIB))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageMatching("batch_size is 1024, must be less: training takes about 3\\.[0-9] GiB of memory, "
                        + "of which [23]\\.[0-9] GiB grow with batch_size and the area of the images, "
                        + "and 2\\.0 GiB are free");
        assertThatThrownBy(() -> check(Map.of("unet", "base"), GIB / 2))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("unet is 15745667 parameters, must be a smaller network: training takes");
    }

    @Test
    void of_runToResumeFrom_mustHaveTheCheckpointAndFit() throws Exception {
        RunFolder run = TinyRuns.create(runs, Map.of("steps", 5, "publish", "never"));
        new TrainingRun(
                        runs,
                        run,
                        new Datasets(datasets, 0),
                        new ModelRepository(runs),
                        Retention.ALL,
                        Clock.systemUTC())
                .train(() -> false)
                .orThrow();
        TrainingSpec good = TinyRuns.spec(Map.of("resume_from", run.id(), "steps", 6));
        assertThat(TrainingCheck.of(good, runs, new Datasets(datasets, 0), new ModelRepository(runs))
                        .warnings())
                .isEmpty();
        assertRefused(
                Map.of("resume_from", run.id() + "/step-4"), "resume_from is ", "checkpoints, which are at steps [5]");
        assertRefused(Map.of("resume_from", run.id(), "steps", 5), "steps is 5, must be more than 5", run.id());
        assertRefused(
                Map.of("resume_from", run.id(), "unet", "tiny"), "resume_from is ", "a checkpoint of this network");
        Files.writeString(run.checkpointFolder(5).resolve("state.json"), "{}");
        assertRefused(Map.of("resume_from", run.id()), "resume_from is ", "is damaged");
    }

    private void assertRefused(Map<String, Object> changes, String start, String part) {
        TrainingSpec spec = TinyRuns.spec(changes);
        assertThatThrownBy(() -> TrainingCheck.of(spec, runs, new Datasets(datasets, 0), new ModelRepository(runs)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith(start)
                .hasMessageContaining(part);
    }

    private TrainingCheck check(Map<String, Object> changes) throws IOException {
        return check(changes, 64 * GIB);
    }

    private TrainingCheck check(Map<String, Object> changes, long available) throws IOException {
        return TrainingCheck.of(
                TrainingSpecJson.with(TrainingSpec.defaults(), changes),
                runs,
                new Datasets(datasets, 0),
                new ModelRepository(runs),
                OptionalLong.of(available));
    }

    private void picture(String name) throws IOException {
        Path file = datasets.resolve(name);
        Files.createDirectories(file.getParent());
        try (FacesDataset faces = new FacesDataset(32, 32, 0, 1)) {
            Files.write(file, Png.encode(faces.get(0).pixels()));
        }
    }
}
