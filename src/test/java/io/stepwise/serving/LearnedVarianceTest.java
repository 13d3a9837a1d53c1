package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.image.Pixels;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.UNet;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.repository.SchedulerConfigJson;
import io.stepwise.repository.UNetConfigJson;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.repository.WeightsFile;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.Tensor;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.versions.ServingModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A network with six outputs per pixel, beside the same network that stops after three. */
@Tag("libtorch")
class LearnedVarianceTest {
    private static final Path SOURCE = Path.of(System.getProperty("golden.dir"), "unet-classcond");
    private static final float VARIANCE = .2f; // the bias of the variance's channels, whose weights are 0

    @TempDir
    static Path models;

    private static GenerationService service;

    @BeforeAll
    static void start() throws IOException {
        ModelRepository repository = new ModelRepository(models);
        importModel(repository, "learned", 6, "learned_range");
        importModel(repository, "half", 3, "fixed_small");
        importModel(repository, "small", 6, "fixed_small");
        service = RunningService.start(repository, "learned", 1);
    }

    private static void importModel(ModelRepository repository, String name, int channels, String variance)
            throws IOException {
        Path folder = Files.createDirectories(models.resolve("." + name));
        PipelineFolder golden = PipelineFolder.open(SOURCE);
        String config = Files.readString(SOURCE.resolve("config.json"));
        Path changed = folder.resolve("config.json");
        Files.writeString(changed, config.replace("\"out_channels\": 3", "\"out_channels\": " + channels));
        UNetConfig unet = UNetConfigJson.read(changed);
        float[] weights = golden.weights();
        if (channels == 6) {
            weights = widened(weights, UNet.of(unet).parameters());
        }
        SchedulerConfig scheduler = SchedulerConfigJson.fromObject(
                "scheduler",
                SchedulerConfigJson.toObject(SchedulerConfigJson.defaults("DDPMScheduler"))
                        .put("variance_type", variance));
        List<Tensor> tensors = WeightsFile.tensors(UNet.of(unet).parameters(), weights);
        repository.publish(
                name,
                version -> PipelineFolder.write(version, unet, scheduler, tensors, Dtype.F32),
                new VersionMetadata(null, null, Map.of(), ServingModels.LABELS, Map.of()));
    }

    /** The last two parameters are the weight and the bias of the output. */
    private static float[] widened(float[] three, List<ParameterSpec> parameters) {
        ParameterSpec weight = parameters.get(parameters.size() - 2);
        assertThat(weight.name()).isEqualTo("conv_out.weight");
        int half = Math.toIntExact(weight.size() / 2);
        float[] six = Arrays.copyOf(three, three.length + half + 3);
        int bias = three.length - 3;
        Arrays.fill(six, bias, bias + half, 0); // the second half of the weight
        System.arraycopy(three, bias, six, bias + half, 3);
        Arrays.fill(six, bias + half + 3, six.length, VARIANCE);
        return six;
    }

    @AfterAll
    static void stop() throws InterruptedException {
        service.close();
    }

    private static Pixels image(String model, SamplerName sampler, double guidance) throws Exception {
        GenerationRequest request = new GenerationRequest(model, null, 1, 7, 6, sampler, "2", guidance, 5, null);
        return service.submit(request).get(60, TimeUnit.SECONDS).images().get(0).pixels();
    }

    private static int difference(Pixels a, Pixels b) {
        int largest = 0;
        for (int i = 0; i < a.data().length; i++) {
            largest = Math.max(largest, Math.abs((a.data()[i] & 0xff) - (b.data()[i] & 0xff)));
        }
        return largest;
    }

    @ParameterizedTest
    @EnumSource(names = "DDPM", mode = EnumSource.Mode.EXCLUDE)
    void submit_samplersButDdpm_takeTheFirstHalfOfTheOutput(SamplerName sampler) throws Exception {
        for (double guidance : new double[] {1, 3}) {
            assertThat(difference(image("learned", sampler, guidance), image("half", sampler, guidance)))
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void submit_ddpm_usesTheLearnedVariance() throws Exception {
        Pixels learned = image("learned", SamplerName.DDPM, 1);

        assertThat(difference(learned, image("half", SamplerName.DDPM, 1))).isGreaterThan(3);
        assertThat(difference(image("small", SamplerName.DDPM, 1), image("half", SamplerName.DDPM, 1)))
                .isLessThanOrEqualTo(1);
        assertThat(learned).isNotEqualTo(image("learned", SamplerName.DDPM, 3));
    }
}
