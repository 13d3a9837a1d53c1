package io.stepwise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.GoldenNumbers;
import io.stepwise.repository.safetensors.Safetensors;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every U-Net of the golden vectors against what diffusers' UNet2DModel made of the same weights and inputs. */
@Tag("libtorch")
class UNetGoldenTest {
    private static final double F32_TOLERANCE = 2e-5;

    /**
     * bfloat16 has eight bits, and the networks here are random: on outputs of about 1 the largest error measured is
     * 3e-2. A wrong operator is far beyond that.
     */
    private static final double BF16_TOLERANCE = 6e-2;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    List<DynamicTest> forward_float32_isTheReferences() throws IOException {
        return forAllInputs(Precision.F32, F32_TOLERANCE);
    }

    @TestFactory
    List<DynamicTest> forward_bfloat16_isCloseToTheReferences() throws IOException {
        return forAllInputs(Precision.BF16, BF16_TOLERANCE);
    }

    @TestFactory
    List<DynamicTest> parameterCount_everyFolder_isTheReferences() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path folder : GoldenUNet.folders()) {
            tests.add(dynamicTest(name(folder), () -> {
                Path file = withInputs(folder).resolve("golden.json");
                Assumptions.assumeTrue(Files.exists(file), "no golden.json");
                JsonNode golden = JSON.readTree(file.toFile());
                UNet net = GoldenUNet.read(folder).net();
                assertThat(net.parameterCount())
                        .isEqualTo(golden.get("parameters").longValue());
            }));
        }
        return tests;
    }

    private static List<DynamicTest> forAllInputs(Precision precision, double tolerance) throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path folder : GoldenUNet.folders()) {
            for (Path inputs : inputs(withInputs(folder))) {
                tests.add(dynamicTest(
                        name(folder) + " " + name(inputs), () -> check(folder, inputs, precision, tolerance)));
            }
        }
        return tests;
    }

    private static void check(Path folder, Path inputs, Precision precision, double tolerance) throws IOException {
        GoldenUNet golden = GoldenUNet.read(folder);
        try (Safetensors tensors = Safetensors.open(inputs);
                NDManager manager = NDManager.newBaseManager();
                InferenceNetwork network = InferenceNetwork.load(
                        manager,
                        golden.net(),
                        FlatWeights.of(manager, golden.net().parameters(), golden.weights()),
                        precision)) {
            float[] timesteps = GoldenNumbers.floats(inputs, "timesteps");
            Shape batch = new Shape(timesteps.length);
            NDArray x = manager.create(
                    FloatBuffer.wrap(tensors.floats("sample")),
                    new Shape(tensors.shape("sample").stream().mapToLong(n -> n).toArray()));
            NDArray t = manager.create(FloatBuffer.wrap(timesteps), batch);
            NDArray y = labels(inputs, tensors, timesteps.length, manager);
            float[] out = network.forward(x, t, y, manager).toFloatArray();

            double[] expected = GoldenNumbers.of(inputs, "output_float64");
            assertThat(out).hasSameSizeAs(expected);
            for (int i = 0; i < out.length; i++) {
                assertThat((double) out[i]).as("output[%d]", i).isCloseTo(expected[i], within(tolerance));
            }
        }
    }

    private static NDArray labels(Path inputs, Safetensors tensors, int size, NDManager manager) throws IOException {
        if (!tensors.names().contains("class_labels")) {
            return manager.create(LongBuffer.wrap(new long[size]), new Shape(size));
        }
        Shape shape = new Shape(
                tensors.shape("class_labels").stream().mapToLong(n -> n).toArray());
        return tensors.dtype("class_labels") == Dtype.I64
                ? manager.create(
                        LongBuffer.wrap(Arrays.stream(GoldenNumbers.of(inputs, "class_labels"))
                                .mapToLong(n -> (long) n)
                                .toArray()),
                        shape)
                : manager.create(FloatBuffer.wrap(tensors.floats("class_labels")), shape);
    }

    /** Folders with the parameter names of old have their inputs in the folder of the same network with today's. */
    private static Path withInputs(Path folder) {
        return folder.resolveSibling(name(folder).replace("-oldnames", ""));
    }

    private static List<Path> inputs(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file ->
                            name(file).startsWith("golden") && name(file).endsWith(".safetensors"))
                    .sorted()
                    .toList();
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
