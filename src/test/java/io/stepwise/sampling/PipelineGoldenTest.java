package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.diffusion.Golden;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.sampler.Ddim;
import io.stepwise.diffusion.sampler.Sampler;
import io.stepwise.diffusion.sampler.SamplerDefaults;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.image.Pixels;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.GoldenUNet;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.repository.safetensors.GoldenNumbers;
import io.stepwise.repository.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Whole images of diffusers' DDIMPipeline and DDPMPipeline, from a published folder, with the noise they drew. */
@Tag("libtorch")
class PipelineGoldenTest {
    private static final double FLOAT_TOLERANCE = 2e-4; // of images in [0, 1]
    private static final double EQUAL_BYTES = .995;

    private final ObjectMapper json = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> images_withTheReferencesNoise_areTheReferences() throws IOException {
        JsonNode expected = json.readTree(
                GoldenUNet.root().resolve("pipeline-expected.json").toFile());
        return expected.get("runs").properties().stream()
                .map(run -> dynamicTest(run.getKey(), () -> check(folder(expected), run.getKey(), run.getValue())));
    }

    /** States after the last step of diffusers' EDM schedulers, from the folder of one of them. */
    @TestFactory
    Stream<DynamicTest> states_ofAnEdmFolder_areTheReferences() throws IOException {
        JsonNode expected = json.readTree(
                GoldenUNet.root().resolve("pipeline-edm-expected.json").toFile());
        return expected.get("runs").properties().stream()
                .map(run -> dynamicTest(run.getKey(), () -> {
                    Assumptions.assumeTrue(expected.path("class_labels").isNull(), "a network with classes");
                    checkEdm(folder(expected), run.getKey(), run.getValue());
                }));
    }

    /** The folder of a text like {@code pipeline/ (DDPMPipeline.save_pretrained)}. */
    private static PipelineFolder folder(JsonNode expected) throws IOException {
        String text = expected.get("folder").asText();
        return PipelineFolder.open(GoldenUNet.root().resolve(text.split("[/ ]")[0]));
    }

    private static void checkEdm(PipelineFolder folder, String name, JsonNode run) throws IOException {
        SchedulerConfig config = folder.schedulerConfig();
        SamplerName sampler =
                switch (run.get("scheduler").asText()) {
                    case "EDMEulerScheduler" -> SamplerName.EULER;
                    case "EDMDPMSolverMultistepScheduler" -> SamplerName.DPMPP_2M;
                    default -> Assumptions.abort("a scheduler of an unknown kind");
                };
        Trajectory trajectory = sampler.sampler(SamplerOptions.USUAL, SchedulerBridge.samplerDefaults(config))
                .trajectory(SchedulerBridge.network(config), run.get("steps").asInt());
        Path file = GoldenUNet.root().resolve("pipeline-edm-expected.safetensors");
        try (Safetensors expected = Safetensors.open(file)) {
            List<float[]> states = sample(folder, trajectory, expected);
            float[] reference = expected.floats(name + ".x");
            assertThat(states).hasSize(2);
            float largest = 1;
            for (float value : reference) {
                largest = Math.max(largest, Math.abs(value));
            }
            int size = reference.length / states.size();
            for (int i = 0; i < reference.length; i++) {
                assertThat(states.get(i / size)[i % size])
                        .as("number %d", i)
                        .isCloseTo(reference[i], within((float) FLOAT_TOLERANCE * largest));
            }
        }
    }

    private static void check(PipelineFolder folder, String name, JsonNode run) throws IOException {
        Trajectory trajectory = trajectory(folder.schedulerConfig(), run);
        Path file = GoldenUNet.root().resolve("pipeline-expected.safetensors");
        try (Safetensors expected = Safetensors.open(file)) {
            List<float[]> images = sample(folder, trajectory, expected);
            List<Long> shape = expected.shape(name + ".image_float");
            float[] floats = expected.floats(name + ".image_float");
            double[] bytes = GoldenNumbers.of(file, name + ".image_uint8");
            assertThat(images).hasSize(Math.toIntExact(shape.get(0)));
            int size = floats.length / images.size();
            int differing = 0;
            for (int i = 0; i < images.size(); i++) {
                differing += compare(images.get(i), shape, floats, bytes, i * size);
            }
            assertThat(differing).isLessThanOrEqualTo((int) ((1 - EQUAL_BYTES) * floats.length));
        }
    }

    /** Compares an image [C,H,W] in [-1, 1] with one [H,W,C] in [0, 1], and gives the number of differing bytes. */
    private static int compare(float[] image, List<Long> shape, float[] floats, double[] bytes, int offset) {
        int height = Math.toIntExact(shape.get(1));
        int width = Math.toIntExact(shape.get(2));
        int channels = Math.toIntExact(shape.get(3));
        Pixels pixels = Pixels.fromSigned(image, 0, channels, height, width);
        int differing = 0;
        for (int i = 0; i < image.length; i++) {
            int c = i % channels;
            int x = i / channels % width;
            int y = i / channels / width;
            double value = Math.max(0, Math.min(image[(c * height + y) * width + x] / 2 + .5, 1));
            assertThat(Math.abs(value - floats[offset + i])).as("number %d", i).isLessThan(FLOAT_TOLERANCE);
            double difference = Math.abs(pixels.sample(x, y, c) - bytes[offset + i]);
            assertThat(difference).as("byte %d", i).isLessThanOrEqualTo(1);
            differing += (int) difference;
        }
        return differing;
    }

    private static Trajectory trajectory(SchedulerConfig config, JsonNode run) throws IOException {
        SamplerDefaults defaults = SchedulerBridge.samplerDefaults(config);
        JsonNode kwargs = run.get("kwargs");
        Sampler sampler =
                switch (run.get("pipeline").asText()) {
                    case "DDIMPipeline" -> {
                        Golden.assumeOnly(kwargs, Set.of("eta", "use_clipped_model_output"));
                        yield new Ddim(
                                kwargs.path("eta").asDouble(0),
                                defaults.grid(),
                                defaults.clip(),
                                defaults.setAlphaToOne(),
                                kwargs.path("use_clipped_model_output").asBoolean(false),
                                true);
                    }
                    case "DDPMPipeline" -> {
                        Golden.assumeOnly(kwargs, Set.of());
                        yield SamplerName.DDPM.sampler(SamplerOptions.USUAL, defaults);
                    }
                    default -> Assumptions.abort("a pipeline of an unknown kind");
                };
        return sampler.trajectory(
                SchedulerBridge.network(config), run.get("num_inference_steps").asInt());
    }

    private static List<float[]> sample(PipelineFolder folder, Trajectory trajectory, Safetensors expected)
            throws IOException {
        float[] noise = expected.floats("noise");
        List<Long> shape = expected.shape("noise"); // of some draws, or of the first alone
        int count = Math.toIntExact(shape.get(shape.size() - 4));
        UNet net = UNet.of(folder.unetConfig());
        NoiseSource stored = (seed, image, draw, out, offset, length) ->
                System.arraycopy(noise, (draw * count + image) * length, out, offset, length);
        try (NDManager manager = NDManager.newBaseManager();
                InferenceNetwork network = InferenceNetwork.load(
                        manager, net, FlatWeights.of(manager, net.parameters(), folder.weights()), Precision.F32);
                StepLoop loop = StepLoop.around(
                        manager,
                        network::forward,
                        new Shape(net.config().inChannels(), net.height(), net.width()),
                        0,
                        stored)) {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                rows.add(loop.start(trajectory, 0, i, 0, 1));
            }
            while (!rows.get(0).isDone()) {
                loop.step(rows);
            }
            return rows.stream().map(loop::state).toList();
        }
    }
}
