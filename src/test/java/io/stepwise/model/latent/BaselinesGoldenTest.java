package io.stepwise.model.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.Golden;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Network;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.Precision;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.repository.safetensors.Safetensors;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One discriminator and one generator step of a DCGAN, and one step of a VAE, as torch computes them. */
@Tag("libtorch")
class BaselinesGoldenTest {
    private static final double LOSS = 1e-5; // relative
    private static final double OUTPUT = 1e-5; // absolute
    private static final double GRADIENT = 1e-5; // relative to the norm of the tensor
    private static final int BATCH = 5;

    private static final Dcgan GAN = new Dcgan(new LatentShape(32, 16, List.of(8, 16, 32), null));
    private static final List<String> GENERATOR = List.of(
            "0.weight",
            "1.weight",
            "1.bias",
            "3.weight",
            "4.weight",
            "4.bias",
            "6.weight",
            "7.weight",
            "7.bias",
            "9.weight");
    private static final List<String> DISCRIMINATOR =
            List.of("0.weight", "2.weight", "3.weight", "3.bias", "5.weight", "6.weight", "6.bias", "8.weight");
    private static final List<String> STATISTICS = Stream.of("1", "4", "7")
            .flatMap(layer -> Stream.of(layer + ".running_mean", layer + ".running_var"))
            .toList();

    private static final List<String> VAE = Stream.of("up", "d1", "d2", "e1", "e2", "mu", "lv")
            .flatMap(layer -> Stream.of(layer + ".weight", layer + ".bias"))
            .toList();
    private static final double BETA = .7;

    private final JsonNode golden = Golden.read(Golden.folder().resolve("baselines.json"));

    @Test
    void discriminate_goldenStep_hasItsLossVerdictsAndGradients() throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
                GanNetwork network = gan(manager)) {
            float[] result = network.discriminate(ganBatch());

            assertThat(mean(result, 4, 0) + mean(result, 4, 1))
                    .isCloseTo(number("discriminator_loss"), within(LOSS * 1.5));
            assertThat(mean(result, 4, 2)).isCloseTo(number("accuracy_real"), within(1e-6));
            assertThat(mean(result, 4, 3)).isCloseTo(number("accuracy_fake"), within(1e-6));
            List<float[]> gradients = split(network.state().gradients().toArray(), GAN.trained());
            for (int i = 0; i < gradients.size(); i++) {
                int own = i - GENERATOR.size();
                float[] expected = own >= 0 && own < DISCRIMINATOR.size()
                        ? tensor("gan.d.grad." + DISCRIMINATOR.get(own))
                        : new float[gradients.get(i).length];
                assertNear(
                        gradients.get(i),
                        expected,
                        GRADIENT,
                        GAN.trained().get(i).name());
            }
        }
    }

    @Test
    void generate_goldenStep_hasItsLossGradientsAndRunningStatistics() throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
                GanNetwork network = gan(manager)) {
            float[] result = network.generate(ganBatch());

            assertThat(mean(result, 1, 0)).isCloseTo(number("generator_loss"), within(LOSS));
            List<float[]> gradients = split(network.state().gradients().toArray(), GAN.trained());
            for (int i = 0; i < gradients.size(); i++) {
                float[] expected = i < GENERATOR.size()
                        ? tensor("gan.g.grad." + GENERATOR.get(i))
                        : new float[gradients.get(i).length];
                assertNear(
                        gradients.get(i),
                        expected,
                        GRADIENT,
                        GAN.trained().get(i).name());
            }

            network.updateGenerator(new OptimizerStep(OptimizerStep.Algorithm.SGD, 0, 0, 0, 1, 0, 1e9, .75));
            List<float[]> after = split(network.state().weights().toArray(), GAN.trained());
            List<float[]> average = split(network.state().average().toArray(), GAN.trained());
            for (int i = 0; i < STATISTICS.size(); i++) {
                int at = GENERATOR.size() + DISCRIMINATOR.size() + i;
                float[] expected = tensor("gan.g.after." + STATISTICS.get(i));
                assertNear(
                        after.get(at), expected, OUTPUT, GAN.trained().get(at).name());
                float[] blended = expected.clone();
                float[] before = tensor("gan.g." + STATISTICS.get(i));
                IntStream.range(0, blended.length).forEach(k -> blended[k] = .25f * expected[k] + .75f * before[k]);
                assertNear(
                        average.get(at),
                        blended,
                        OUTPUT,
                        "average of " + GAN.trained().get(at).name());
            }
        }
    }

    /** The latent vector is the first numbers of the state; what follows them doesn't matter. */
    @Test
    void forward_ofTheGenerator_isTheGoldenOneByRunningStatistics() throws IOException {
        List<float[]> weights = new ArrayList<>();
        GENERATOR.forEach(name -> weights.add(tensor("gan.g." + name)));
        STATISTICS.forEach(name -> weights.add(tensor("gan.g.after." + name)));

        assertNear(images(GAN, joined(weights), tensor("gan.z"), 16), tensor("gan.fake_eval"), OUTPUT, "image");
    }

    @Test
    void accumulateGradients_goldenStepOfAVae_hasItsLossesAndGradients() throws IOException {
        Vae net = vae(Vae.Reconstruction.L2);
        try (NDManager manager = NDManager.newBaseManager();
                VaeNetwork network = new VaeNetwork(manager, net, vaeWeights(), BETA)) {
            float[] result = network.accumulateGradients(vaeBatch());

            int columns = 2 + 8;
            double l2 = golden.at("/vae/l2").doubleValue();
            double kl = golden.at("/vae/kl").doubleValue();
            assertThat(mean(result, columns, 0)).isCloseTo(l2, within(LOSS * l2));
            assertThat(mean(result, columns, 1)).isCloseTo(kl, within(LOSS * kl));
            assertThat(golden.at("/vae/beta").doubleValue()).isEqualTo(BETA);
            float[] mean = new float[BATCH * 8];
            IntStream.range(0, mean.length).forEach(i -> mean[i] = result[i / 8 * columns + 2 + i % 8]);
            assertNear(mean, tensor("vae.mu"), OUTPUT, "mean");
            List<float[]> gradients = split(network.state().gradients().toArray(), net.parameters());
            for (int i = 0; i < gradients.size(); i++) {
                assertNear(gradients.get(i), tensor("vae.grad." + VAE.get(i)), GRADIENT, VAE.get(i));
            }
            assertThat(network.losses(network.state().weights(), vaeBatch())).isEqualTo(result);
        }
    }

    @Test
    void accumulateGradients_crossEntropy_isTheGoldenOne() throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
                VaeNetwork network = new VaeNetwork(manager, vae(Vae.Reconstruction.BCE), vaeWeights(), BETA)) {
            float[] result = network.accumulateGradients(vaeBatch());

            double bce = golden.at("/vae/bce_of_logits").doubleValue();
            assertThat(mean(result, 10, 0)).isCloseTo(bce, within(LOSS * bce));
        }
    }

    @Test
    void forward_ofTheDecoder_isTheGoldenOne() throws IOException {
        float[] mean = tensor("vae.mu");
        float[] log = tensor("vae.logvar");
        float[] eps = tensor("vae.eps");
        float[] z = new float[mean.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) (mean[i] + Math.exp(log[i] / 2) * eps[i]);
        }
        float[] out = tensor("vae.out");
        assertNear(images(vae(Vae.Reconstruction.L2), vaeWeights(), z, 8), out, OUTPUT, "image");

        float[] squashed = new float[out.length];
        IntStream.range(0, out.length).forEach(i -> squashed[i] = (float) (2 / (1 + Math.exp(-out[i])) - 1));
        assertNear(images(vae(Vae.Reconstruction.BCE), vaeWeights(), z, 8), squashed, OUTPUT, "image of logits");
    }

    @Test
    void encode_goldenImages_givesTheirMeans() throws IOException {
        Vae net = vae(Vae.Reconstruction.L2);
        try (NDManager manager = NDManager.newBaseManager();
                InferenceNetwork network = InferenceNetwork.load(
                        manager, net, FlatWeights.of(manager, net.parameters(), vaeWeights()), Precision.F32)) {
            NDArray images = manager.create(FloatBuffer.wrap(tensor("gan.real")), new Shape(BATCH, 3, 32, 32));
            NDArray labels = manager.zeros(new Shape(BATCH), DataType.INT64);
            assertNear(network.encode(images, labels, manager).toFloatArray(), tensor("vae.mu"), OUTPUT, "mean");
        }
    }

    private static float[] images(Network net, float[] weights, float[] latents, int latentSize) throws IOException {
        float[] states = new float[BATCH * 3 * 32 * 32];
        Arrays.fill(states, 100);
        for (int i = 0; i < BATCH; i++) {
            System.arraycopy(latents, i * latentSize, states, i * 3 * 32 * 32, latentSize);
        }
        try (NDManager manager = NDManager.newBaseManager();
                InferenceNetwork network = InferenceNetwork.load(
                        manager, net, FlatWeights.of(manager, net.parameters(), weights), Precision.F32)) {
            NDArray x = manager.create(FloatBuffer.wrap(states), new Shape(BATCH, 3, 32, 32));
            return network.forward(x, manager.zeros(new Shape(BATCH)), manager).toFloatArray();
        }
    }

    private static GanNetwork gan(NDManager manager) {
        List<float[]> weights = new ArrayList<>();
        GENERATOR.forEach(name -> weights.add(tensor("gan.g." + name)));
        DISCRIMINATOR.forEach(name -> weights.add(tensor("gan.d." + name)));
        STATISTICS.forEach(name -> weights.add(tensor("gan.g." + name)));
        return new GanNetwork(manager, GAN, joined(weights));
    }

    private static LatentBatch ganBatch() {
        return new LatentBatch(tensor("gan.real"), tensor("gan.z"), new long[BATCH]);
    }

    private static Vae vae(Vae.Reconstruction reconstruction) {
        return new Vae(new LatentShape(32, 8, List.of(8, 16), null), reconstruction);
    }

    private static float[] vaeWeights() {
        return joined(VAE.stream().map(name -> tensor("vae." + name)).toList());
    }

    private static LatentBatch vaeBatch() {
        return new LatentBatch(tensor("gan.real"), tensor("vae.eps"), new long[BATCH]);
    }

    private double number(String name) {
        return golden.get(name).doubleValue();
    }

    private static double mean(float[] rows, int columns, int column) {
        return IntStream.range(0, rows.length / columns)
                .mapToDouble(row -> rows[row * columns + column])
                .average()
                .orElseThrow();
    }

    private static void assertNear(float[] actual, float[] expected, double tolerance, String what) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double norm = 0;
        for (float value : expected) {
            norm += (double) value * value;
        }
        double allowed = tolerance * (what.startsWith("image") || norm < 1 ? 1 : Math.sqrt(norm));
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as(what + "[" + i + "]").isCloseTo(expected[i], within(allowed));
        }
    }

    private static float[] joined(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static List<float[]> split(float[] flat, List<ParameterSpec> parameters) {
        List<float[]> parts = new ArrayList<>();
        int at = 0;
        for (ParameterSpec parameter : parameters) {
            parts.add(Arrays.copyOfRange(flat, at, at += (int) parameter.size()));
        }
        return parts;
    }

    private static float[] tensor(String name) {
        try (Safetensors file = Safetensors.open(Golden.folder().resolve("baselines.safetensors"))) {
            return file.floats(name);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
