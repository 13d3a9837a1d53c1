package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.data.store.Datasets;
import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.sampler.Ddim;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.UNet;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.repository.WeightsFile;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.base.BaseVersion;
import io.stepwise.training.kind.ImageMaker;
import io.stepwise.training.kind.UNetPresets;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.ImageSize;
import io.stepwise.training.spec.InitFrom;
import io.stepwise.training.spec.PredictionChoice;
import io.stepwise.training.spec.SigmaData;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that start from a version of a model. */
@Tag("libtorch")
class InitFromTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a network that would learn nothing in its one step. */
    private static final String ONE_STEP =
            """
            {"dataset": "marks", "model": "next", "steps": 1, "warmup_steps": 0, "learning_rate": 1e-9, "batch_size": 2,
             "precision": "f32", "sample_every": 0, "optimizer": {"weight_decay": 0}, "init_from": {"model": "base"}}""";

    @TempDir
    private Path root;

    private ModelRepository models;
    private Datasets datasets;

    @BeforeEach
    void makeFolders() {
        models = new ModelRepository(root.resolve("models"));
        datasets = new Datasets(root.resolve("datasets"), 0);
    }

    private void pictures(String dataset, String... labels) throws IOException {
        for (String label : labels) {
            Path folder = Files.createDirectories(
                    root.resolve("datasets").resolve(dataset).resolve(label));
            for (int i = 0; i < 2; i++) {
                byte[] grey = new byte[16 * 16 * 3];
                Arrays.fill(grey, (byte) (60 * i + 40));
                Files.write(folder.resolve(i + ".png"), Png.encode(new Pixels(16, 16, 3, grey)));
            }
        }
    }

    /** Publishes a network of random weights that predicts v. */
    private ModelVersion publish(int classes, List<String> labels) throws IOException {
        NoiseSchedule schedule = NoiseSchedule.of(BetaCurve.SCALED_LINEAR, 500);
        return publish(classes, labels, new DiscreteTime(schedule, Prediction.V_PREDICTION));
    }

    private ModelVersion publish(int classes, List<String> labels, Parameterization network) throws IOException {
        TrainingSpec tiny = TinyRuns.spec(Map.of());
        UNet net = UNetPresets.resolve(tiny, classes);
        float[] weights = new float[(int) net.parameterCount()];
        Random random = new Random(3);
        IntStream.range(0, weights.length).forEach(i -> weights[i] = (float) random.nextGaussian() / 8);
        return models.publish(
                "base",
                folder -> PipelineFolder.write(
                        folder,
                        net.config(),
                        SchedulerBridge.config(network, Ddpm.Variance.FIXED_SMALL),
                        WeightsFile.tensors(net.parameters(), weights),
                        Dtype.F32),
                new VersionMetadata(null, null, Map.of(), labels, Map.of()));
    }

    private TrainingSpec spec(String changes) throws IOException {
        ObjectNode fields = (ObjectNode) JSON.readTree(ONE_STEP);
        fields.setAll((ObjectNode) JSON.readTree(changes));
        return BaseVersion.specification(fields, models);
    }

    private RunFolder train(TrainingSpec spec) throws IOException, InterruptedException {
        Path runs = root.resolve("runs");
        RunFolder run = RunFolder.create(runs, spec, Clock.systemUTC().instant(), new Random());
        new TrainingRun(runs, run, datasets, models, Retention.ALL, Clock.systemUTC())
                .train(() -> false)
                .orThrow();
        return run;
    }

    private static List<Pixels> images(ModelVersion version, int noLabel) throws IOException {
        PipelineFolder pipeline = version.pipeline();
        UNetConfig config = pipeline.unetConfig();
        UNet net = new UNet(config, 8, 8);
        try (NDManager manager = NDManager.newBaseManager()) {
            FlatWeights weights = FlatWeights.of(manager, net.parameters(), pipeline.weights());
            Parameterization network = SchedulerBridge.network(pipeline.schedulerConfig());
            ImageMaker maker = new ImageMaker(net, Ddim.of(0, Spacing.TRAILING).trajectory(network, 4), noLabel);
            return maker.images(
                    manager,
                    weights,
                    IntStream.range(0, 3)
                            .mapToObj(i -> new ImageMaker.Start(9, i, noLabel, 1))
                            .toList());
        }
    }

    @Test
    void specification_fieldsLeftOut_areThoseOfTheVersion() throws Exception {
        ModelVersion base = publish(2, List.of("dot", "line"));
        TrainingSpec spec = spec("{}");
        assertThat(spec.initFrom())
                .isEqualTo(new InitFrom("base", 1, base.manifest().checkpointSha256()));
        assertThat(spec.imageSize()).isEqualTo(new ImageSize(8, 8));
        assertThat(spec.timesteps()).isEqualTo(500);
        assertThat(spec.prediction()).isEqualTo(PredictionChoice.V_PREDICTION);
        assertThat(spec.noiseSchedule()).isEqualTo(NoiseSchedule.of(BetaCurve.SCALED_LINEAR, 500));
        assertThat(UNetPresets.resolve(TrainingSpecJson.with(spec, Map.of("image_size", 16)), 0)
                        .config())
                .extracting(UNetConfig::blockOutChannels, UNetConfig::numClassEmbeds, UNetConfig::sampleHeight)
                .containsExactly(List.of(8, 8), null, 16);
        assertThat(TrainingSpecJson.read(TrainingSpecJson.write(spec))).isEqualTo(spec);
    }

    @Test
    void specification_scheduleWithoutAName_comesBetaByBeta() throws Exception {
        NoiseSchedule own = NoiseSchedule.of(BetaCurve.SIGMOID_SIGNAL, 100).rescaledToZeroTerminalSnr();
        UNet net = UNetPresets.resolve(TinyRuns.spec(Map.of()), 0);
        models.publish(
                "base",
                folder -> PipelineFolder.write(
                        folder,
                        net.config(),
                        SchedulerBridge.config(new DiscreteTime(own, Prediction.SAMPLE), Ddpm.Variance.FIXED_SMALL),
                        WeightsFile.tensors(net.parameters(), new float[(int) net.parameterCount()]),
                        Dtype.F32),
                VersionMetadata.NONE);
        assertThat(spec("{}").noiseSchedule()).isEqualTo(own);
    }

    @Test
    void train_fromConditionalVersionOnPicturesWithoutLabels_makesTheSameImagesAtFirst() throws Exception {
        pictures("marks", "");
        ModelVersion base = publish(2, List.of("dot", "line"));
        train(spec("{}"));
        assertThat(models.served("next").pipeline().unetConfig().numClassEmbeds())
                .isNull();
        assertNearly(images(models.served("next"), 0), images(base, 2));
    }

    @Test
    void train_fromUnconditionalVersionOnLabels_makesTheSameImagesAtFirst() throws Exception {
        pictures("marks", "dot", "line");
        ModelVersion base = publish(0, List.of());
        train(spec("{}"));
        assertThat(models.served("next").pipeline().unetConfig().numClassEmbeds())
                .isEqualTo(3);
        assertNearly(images(models.served("next"), 2), images(base, 0));
    }

    @Test
    void train_otherLabelsAndSize_keepsTheRestAndTellsOfIt() throws Exception {
        pictures("marks", "line", "ring");
        ModelVersion base = publish(2, List.of("dot", "line"));
        RunFolder run = train(spec("{\"image_size\": 16}"));

        List<RunEvent> events = run.events(0);
        assertThat(events.get(0).type()).isEqualTo(RunEvent.Type.STARTED);
        int tensors = base.pipeline().parameters().size();
        assertThat(events.get(0).details().get("init"))
                .isEqualTo(Map.of(
                        "model",
                        "base",
                        "version",
                        1,
                        "kept",
                        tensors - 1,
                        "new",
                        List.of("class_embedding of label ring, the mean of the old labels"),
                        "left_out",
                        List.of("class_embedding of label dot")));
        assertThat(events)
                .filteredOn(event -> event.type() == RunEvent.Type.WARNING)
                .extracting(event -> String.valueOf(event.details().get("message")))
                .contains("of base version 1 the run keeps " + (tensors - 1) + " tensors; new: class_embedding of "
                        + "label ring, the mean of the old labels; left out: class_embedding of label dot");
        ModelVersion made = models.served("next");
        assertThat(made.pipeline().unetConfig().sampleHeight()).isEqualTo(16);
        assertThat(made.manifest().metadata().attributes())
                .containsEntry("init_from", "base/1")
                .containsEntry("init_from_sha256", base.manifest().checkpointSha256());
    }

    @Test
    void train_otherPredictionAndSchedule_warns() throws Exception {
        pictures("marks", "");
        publish(0, List.of());
        RunFolder run = train(spec("{\"prediction\": \"epsilon\", \"schedule\": \"cosine\"}"));
        assertThat(run.events(0))
                .filteredOn(event -> event.type() == RunEvent.Type.WARNING)
                .extracting(event -> String.valueOf(event.details().get("message")))
                .anyMatch(text -> text.startsWith("the run predicts epsilon, but base version 1 predicts v_prediction"))
                .anyMatch(text -> text.startsWith("the noise schedule is not that of base version 1"));
        TrainingSpec spec = run.spec();
        assertThat(TrainingCheck.of(spec, root.resolve("runs"), datasets, models)
                        .warnings())
                .hasSize(2);
    }

    @Test
    void specification_versionOfEdm_bringsItsSigmaDataOnlyToEdm() throws Exception {
        pictures("marks", "");
        publish(0, List.of(), new EdmPreconditioning(.3));
        TrainingSpec edm = spec("{}");
        assertThat(edm.prediction()).isEqualTo(PredictionChoice.EDM);
        assertThat(edm.sigmaData()).isEqualTo(new SigmaData(.3));
        assertThat(TrainingCheck.of(edm, root.resolve("runs"), datasets, models).warnings())
                .isEmpty();
        TrainingSpec other = spec("{\"prediction\": \"epsilon\"}");
        assertThat(other.sigmaData()).isNull();
        assertThat(TrainingCheck.of(other, root.resolve("runs"), datasets, models)
                        .warnings())
                .containsExactly(
                        "the run's network does not take and predict what that of base version 1 does: it has to"
                                + " learn it anew");
    }

    @Test
    void specification_versionOfTimesteps_bringsNoneToEdm() throws Exception {
        publish(0, List.of());
        TrainingSpec edm = spec("{\"prediction\": \"edm\"}");
        assertThat(edm.schedule()).isNull();
        assertThat(edm.timesteps()).isZero();
        assertThat(edm.sigmaData()).isEqualTo(SigmaData.MEASURED);
    }

    @Test
    void check_networkThatDoesNotFit_namesTheTensors() throws Exception {
        pictures("marks", "");
        publish(0, List.of());
        TrainingSpec spec = spec("{\"unet\": \"tiny\"}");
        assertThatThrownBy(() -> TrainingCheck.of(spec, root.resolve("runs"), datasets, models))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("unet is ")
                .hasMessageContaining("conv_in.weight has shape [16, 3, 3, 3], in the version [8, 3, 3, 3]");
    }

    @Test
    void specification_versionThatIsNotHere_isRefused() throws Exception {
        publish(0, List.of());
        assertThatThrownBy(() -> spec("{\"init_from\": {\"model\": \"base\", \"version\": 7}}"))
                .hasMessageStartingWith("init_from is base version 7, must be a version that is here")
                .hasMessageContaining("must be one of [1]");
        assertThatThrownBy(() ->
                        spec("{\"init_from\": {\"model\": \"base\", \"sha256\": \"%s\"}}".formatted("0".repeat(64))))
                .hasMessageStartingWith("init_from/sha256 is ")
                .hasMessageContaining("that of base");
        assertThatThrownBy(() -> spec("{\"init_from\": {\"model\": \"base\", \"version\": 0}}"))
                .hasMessage("init_from/version is 0, must be an integer, at least 1");
        assertThatThrownBy(() -> spec("{\"resume_from\": \"some-run\"}"))
                .hasMessageStartingWith("init_from is base version 1, must be left out where resume_from is given");
    }

    @Test
    void train_versionDeletedMeanwhile_isRefusedNamingIt() throws Exception {
        pictures("marks", "");
        publish(0, List.of());
        publish(0, List.of());
        TrainingSpec spec = spec("{\"init_from\": {\"model\": \"base\", \"version\": 1}}");
        models.delete("base", 1);
        assertThatThrownBy(() -> train(spec))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("base");
    }

    private static void assertNearly(List<Pixels> actual, List<Pixels> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            byte[] one = actual.get(i).data();
            byte[] other = expected.get(i).data();
            assertThat(IntStream.range(0, one.length).map(k -> Math.abs((one[k] & 255) - (other[k] & 255))))
                    .as("image %d", i)
                    .allMatch(difference -> difference <= 1);
        }
    }
}
