package io.stepwise.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.GoldenUNet;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Precision;
import io.stepwise.repository.safetensors.Safetensors;
import io.stepwise.torchscript.Program;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archives are opened as a stranger would open them, by their files alone. */
@Tag("libtorch")
class ExportedProgramsTest {
    private static final double TOLERANCE = 2e-5;

    @TempDir
    Path folder;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu());

    @Test
    void write_aNetwork_itsArchivesGiveTheOutputsThatAreExpected() throws IOException {
        GoldenUNet golden = GoldenUNet.read(GoldenUNet.root().resolve("unet-classcond"));
        ExportedPrograms.write(folder, golden.net(), golden.weights());

        try (manager;
                Safetensors tensors = Safetensors.open(folder.resolve("tensors.safetensors"))) {
            assertThat(forward(tensors, "f32")).containsExactly(tensors.floats("out.f32"));
            assertThat(forward(tensors, "bf16")).containsExactly(tensors.floats("out.bf16"));
            assertClose(tensors.floats("out.bf16"), tensors.floats("out.f32"), 6e-2);
            assertClose(tensors.floats("out.f32"), served(golden, tensors), TOLERANCE);
            assertClose(tensors.floats("losses"), train(tensors), TOLERANCE);
        }
    }

    @Test
    void writeUpdate_opens() throws IOException {
        ExportedPrograms.writeUpdate(folder);

        try (manager;
                PtSymbolBlock update = open("update.pt");
                IValue to = Program.tensor(manager.create(1f));
                IValue value = Program.tensor(manager.create(2f));
                IValue share = IValue.from(0.25);
                IValue blended = IValueUtils.runMethod(update, "blend", to, value, share)) {
            assertThat(blended.toTensor((PtNDManager) manager).getFloat()).isEqualTo(1.25f);
        }
    }

    private PtSymbolBlock open(String file) throws IOException {
        try (var stream = Files.newInputStream(folder.resolve(file))) {
            return JniUtils.loadModule((PtNDManager) manager, stream, false, false);
        }
    }

    private NDArray tensor(Safetensors tensors, String name) throws IOException {
        long[] shape = tensors.shape(name).stream().mapToLong(n -> n).toArray();
        return manager.create(FloatBuffer.wrap(tensors.floats(name)), new Shape(shape));
    }

    private NDArray labels(Safetensors tensors) throws IOException {
        return tensor(tensors, "y").toType(DataType.INT64, false);
    }

    private NDList weights(Safetensors tensors) throws IOException {
        NDList weights = new NDList();
        for (String name : tensors.metadata().get("parameters").split("\n")) {
            weights.add(tensor(tensors, name));
        }
        return weights;
    }

    private float[] forward(Safetensors tensors, String precision) throws IOException {
        JniUtils.setGraphExecutorOptimize(false); // as Program does
        try (PtSymbolBlock block = open("forward-" + precision + ".pt");
                IValue plain = Program.list(weights(tensors));
                IValue prepared = IValueUtils.runMethod(block, "prepare", plain);
                IValue x = Program.tensor(tensor(tensors, "x"));
                IValue t = Program.tensor(tensor(tensors, "t"));
                IValue y = Program.tensor(labels(tensors));
                IValue out = IValueUtils.runMethod(block, "fwd", prepared, x, t, y)) {
            return out.toTensor((PtNDManager) manager).toFloatArray();
        }
    }

    /** What the service makes of the same inputs. */
    private float[] served(GoldenUNet golden, Safetensors tensors) throws IOException {
        FlatWeights weights = FlatWeights.of(manager, golden.net().parameters(), golden.weights());
        try (InferenceNetwork network = InferenceNetwork.load(manager, golden.net(), weights, Precision.F32)) {
            return network.forward(tensor(tensors, "x"), tensor(tensors, "t"), labels(tensors), manager)
                    .toFloatArray();
        }
    }

    /** The losses by {@code train-f32.pt}; its gradients must be those that are expected. */
    private float[] train(Safetensors tensors) throws IOException {
        NDList weights = weights(tensors);
        NDList gradients = new NDList();
        weights.forEach(weight -> gradients.add(manager.zeros(weight.getShape())));
        NDList arguments = new NDList(weights);
        weights.forEach(weight -> weight.setName("p[]"));
        arguments.addAll(gradients);
        gradients.forEach(gradient -> gradient.setName("g[]"));
        for (String name : List.of("x0", "x", "t")) {
            arguments.add(tensor(tensors, name));
        }
        arguments.add(labels(tensors));
        arguments.add(tensor(tensors, "k"));
        arguments.add(manager.create(new long[] {0, tensors.shape("t").get(0), 64}));
        NDArray method = manager.create(0);
        method.setName("module_method:accumulate");
        arguments.add(method);
        JniUtils.setGradMode(true);
        try (PtSymbolBlock block = open("train-f32.pt")) {
            float[] losses =
                    IValueUtils.forward(block, arguments, true).get(0).flatten().toFloatArray();
            assertClose(flat(gradients), tensors.floats("gradients"), TOLERANCE);
            return losses;
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    private static float[] flat(NDList arrays) {
        int size = arrays.stream().mapToInt(array -> (int) array.size()).sum();
        FloatBuffer all = FloatBuffer.allocate(size);
        arrays.forEach(array -> all.put(array.toFloatArray()));
        return all.array();
    }

    private static void assertClose(float[] one, float[] other, double tolerance) {
        assertThat(one).hasSameSizeAs(other);
        for (int i = 0; i < one.length; i++) {
            assertThat((double) one[i]).as("number %d", i).isCloseTo(other[i], within(tolerance));
        }
    }
}
