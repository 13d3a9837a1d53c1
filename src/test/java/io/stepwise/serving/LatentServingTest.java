package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.image.Pixels;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Network;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.Precision;
import io.stepwise.model.latent.Dcgan;
import io.stepwise.model.latent.LatentShape;
import io.stepwise.model.latent.Vae;
import io.stepwise.repository.LatentFolder;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.GuideReference;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.SourceImage;
import io.stepwise.serving.versions.ServingModels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GAN and a VAE beside a diffusion model, all of random weights. */
@Tag("libtorch")
class LatentServingTest {
    private static final int SIDE = 16;
    private static final int LATENT = 12;
    private static final List<String> LABELS = List.of("red", "green");
    private static final Dcgan GAN = new Dcgan(LatentShape.of(SIDE, LATENT, 8, LABELS.size() + 1));
    private static final Vae VAE = new Vae(LatentShape.of(SIDE, LATENT, 8, null), Vae.Reconstruction.L2);

    @TempDir
    static Path models;

    private static GenerationService service;

    @BeforeAll
    static void start() throws IOException {
        ModelRepository repository = ServingModels.publish(models);
        publish(repository, "gan", GAN, new VersionMetadata(null, null, Map.of(), LABELS, Map.of()));
        publish(repository, "vae", VAE, VersionMetadata.NONE);
        service = RunningService.start(repository, "plain", 2);
    }

    private static void publish(ModelRepository repository, String name, Network net, VersionMetadata metadata)
            throws IOException {
        repository.publish(name, folder -> LatentFolder.write(folder, net, weights(net)), metadata);
    }

    private static float[] weights(Network net) {
        float[] weights = new float[(int) net.parameterCount()];
        Random random = new Random(5);
        int at = 0;
        for (ParameterSpec each : net.parameters()) {
            double scale = .5 / Math.sqrt(each.size() / (double) each.shape().get(0));
            for (int end = at + (int) each.size(); at < end; at++) {
                weights[at] = each.shape().size() == 1
                        ? 1 + .2f * random.nextFloat()
                        : (float) (3 * scale * random.nextGaussian());
            }
        }
        return weights;
    }

    @AfterAll
    static void stop() throws InterruptedException {
        service.close();
    }

    private static GenerationRequest request(String model, int n, long seed, @Nullable String label) {
        return new GenerationRequest(model, null, n, seed, null, null, label, 1, 5, null);
    }

    private static GenerationRequest from(@Nullable SourceImage source, int n, long seed, @Nullable Long to) {
        return from(source, n, seed, to, null, null);
    }

    private static GenerationRequest near(@Nullable SourceImage source, int n, long seed, long near, double strength) {
        return from(source, n, seed, null, near, strength);
    }

    private static GenerationRequest from(
            @Nullable SourceImage source,
            int n,
            long seed,
            @Nullable Long to,
            @Nullable Long near,
            @Nullable Double strength) {
        SamplerOptions usual = SamplerOptions.USUAL;
        return new GenerationRequest(
                "vae", null, n, seed, 0, null, null, usual, null, 1, null, 5, null, source, to, near, strength);
    }

    private static Generation generate(GenerationRequest request) throws Exception {
        return service.submit(request).get(60, TimeUnit.SECONDS);
    }

    private static List<Pixels> pixels(GenerationRequest request) throws Exception {
        return generate(request).images().stream().map(GeneratedImage::pixels).toList();
    }

    /** The recipe of docs/generators.md: the first numbers of the noise of (seed, index) are the latent vector. */
    private static Pixels expected(Network net, float[] latent, long label) {
        float[] state = new float[3 * SIDE * SIDE];
        System.arraycopy(latent, 0, state, 0, latent.length);
        try (NDManager manager = NDManager.newBaseManager();
                InferenceNetwork network = InferenceNetwork.load(
                        manager, net, FlatWeights.of(manager, net.parameters(), weights(net)), Precision.F32)) {
            NDArray x = manager.create(FloatBuffer.wrap(state), new Shape(1, 3, SIDE, SIDE));
            float[] image = network.forward(x, manager.zeros(new Shape(1)), manager.create(new long[] {label}), manager)
                    .toFloatArray();
            return Pixels.fromSigned(image, 0, 3, SIDE, SIDE);
        }
    }

    private static float[] latent(long seed, int index) {
        float[] latent = new float[LATENT];
        CounterNoise.fill(seed, index, 0, latent, 0, LATENT);
        return latent;
    }

    private static float[] mean(Pixels picture) {
        float[] image = new float[3 * SIDE * SIDE];
        picture.toSigned(image, 0, false);
        try (NDManager manager = NDManager.newBaseManager();
                InferenceNetwork network = InferenceNetwork.load(
                        manager, VAE, FlatWeights.of(manager, VAE.parameters(), weights(VAE)), Precision.F32)) {
            NDArray x = manager.create(FloatBuffer.wrap(image), new Shape(1, 3, SIDE, SIDE));
            return network.encode(x, manager.zeros(new Shape(1), DataType.INT64), manager)
                    .toFloatArray();
        }
    }

    private static void assertNear(Pixels actual, Pixels expected) {
        for (int i = 0; i < expected.data().length; i++) {
            int difference = Math.abs((actual.data()[i] & 0xff) - (expected.data()[i] & 0xff));
            assertThat(difference).as("sample " + i).isLessThanOrEqualTo(1);
        }
    }

    private static Pixels picture() {
        byte[] data = new byte[3 * SIDE * SIDE];
        new Random(1).nextBytes(data);
        return new Pixels(SIDE, SIDE, 3, data);
    }

    @Test
    void submit_seed_makesTheImageOfTheRecipe() throws Exception {
        List<Pixels> gan = pixels(request("gan", 3, 42, "green"));
        List<Pixels> vae = pixels(request("vae", 3, 42, null));
        for (int i = 0; i < 3; i++) {
            assertNear(gan.get(i), expected(GAN, latent(42, i), 1));
            assertNear(vae.get(i), expected(VAE, latent(42, i), 0));
        }
        assertThat(gan).doesNotHaveDuplicates();
        assertThat(vae).doesNotHaveDuplicates();
        assertThat(pixels(request("gan", 1, 42, "red"))).isNotEqualTo(gan.subList(0, 1));
    }

    @Test
    void submit_answer_saysOneStepAndNoSampler() throws Exception {
        Generation made = generate(request("gan", 1, 1, null));
        assertThat(made.request().steps()).isEqualTo(1);
        assertThat(made.request().sampler()).isNull();
        assertThat(made.request().options()).isEqualTo(SamplerOptions.USUAL);
        assertThat(made.images().get(0).label()).isIn(LABELS);
    }

    @Test
    void submit_threeKindsAtOnce_sameSeedSameBytes() throws Exception {
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            requests.add(
                    switch (i % 4) {
                        case 0 -> request("gan", 1 + i % 3, i, null);
                        case 1 -> request("vae", 1 + i % 3, i, null);
                        case 2 -> from(new SourceImage(picture(), null, null, null, null), 2, i, (long) i + 1);
                        default -> new GenerationRequest("plain", null, 1, i, 4, SamplerName.DDIM, null, 1, 5, null);
                    });
        }
        List<List<Pixels>> alone = new ArrayList<>();
        for (GenerationRequest each : requests) {
            alone.add(pixels(each));
        }
        List<CompletableFuture<Generation>> crowd =
                requests.stream().map(service::submit).toList();
        for (int i = 0; i < crowd.size(); i++) {
            List<Pixels> together = crowd.get(i).get(60, TimeUnit.SECONDS).images().stream()
                    .map(GeneratedImage::pixels)
                    .toList();
            assertThat(together).as("request " + i).isEqualTo(alone.get(i));
        }
    }

    @Test
    void submit_interpolation_leadsFromSeedToSeed() throws Exception {
        List<Pixels> strip = pixels(from(null, 5, 7, 9L));
        assertThat(strip.get(0)).isEqualTo(pixels(from(null, 1, 7, null)).get(0));
        assertThat(strip.get(4)).isEqualTo(pixels(from(null, 1, 9, null)).get(0));
        assertThat(strip).doesNotHaveDuplicates();
    }

    @Test
    void submit_pictureForAVae_isMadeAgainFromItsMean() throws Exception {
        SourceImage source = new SourceImage(picture(), null, null, null, null);
        Pixels again = pixels(from(source, 1, 3, null)).get(0);
        assertNear(again, expected(VAE, mean(picture()), 0));
        assertThat(pixels(from(source, 1, 4, null)).get(0))
                .as("no seed matters")
                .isEqualTo(again);

        List<Pixels> walk = pixels(from(source, 4, 3, 9L));
        assertThat(walk.get(0)).isEqualTo(again);
        assertNear(walk.get(3), expected(VAE, latent(9, 0), 0));
        assertThat(walk).doesNotHaveDuplicates();

        List<Pixels> variations = pixels(near(source, 2, 3, 9, .3));
        assertThat(variations).doesNotHaveDuplicates().doesNotContain(again);
        assertThat(pixels(near(source, 2, 3, 9, 0))).containsExactly(again, again);
        List<Pixels> ends = pixels(near(source, 2, 3, 9, 1));
        assertNear(ends.get(0), expected(VAE, latent(9, 0), 0));
        assertNear(ends.get(1), expected(VAE, latent(9, 1), 0));
    }

    @Test
    void submit_fieldsThatMeanNothing_areRefusedByName() throws Exception {
        SamplerOptions options = new SamplerOptions(.5, Spacing.KARRAS, 7.0, null, null, null, null, null, null);
        GenerationRequest all = new GenerationRequest(
                "gan",
                null,
                1,
                1,
                0,
                20,
                SamplerName.DDIM,
                options,
                null,
                2,
                new GuideReference("gan", 1),
                5,
                null,
                new SourceImage(picture(), null, .5, true, 4),
                null,
                null,
                null);
        assertThat(refused(all))
                .containsExactlyInAnyOrder(
                        "/steps", "/sampler", "/eta", "/spacing", "/rho", "/guidance", "/guide", "/image");
        assertThat(refused(from(new SourceImage(picture(), mask(), null, null, 3), 1, 1, null)))
                .containsExactlyInAnyOrder("/mask", "/resample");
        assertThat(refused(from(new SourceImage(picture(), null, .2, false, null), 1, 1, null)))
                .containsExactlyInAnyOrder("/strength", "/add_noise");
        assertThat(refused(new GenerationRequest("plain", null, 1, 1, 4, SamplerName.DDIM, null, 2, 5, null)
                        .guidedBy(new GuideReference("vae", 1))))
                .contains("/guide");
        assertThat(refused(new GenerationRequest("vae", null, 1, 1, null, null, "red", 3, 5, null)))
                .containsExactlyInAnyOrder("/guidance", "/label");
        assertThat(refused(request("gan", 1, 1, "blue"))).containsExactly("/label");
        GenerationRequest between = from(new SourceImage(picture(), null, null, null, null), 2, 1, 9L);
        assertThat(refused(new GenerationRequest(
                        "plain",
                        null,
                        between.n(),
                        between.seed(),
                        0,
                        null,
                        null,
                        between.options(),
                        null,
                        1,
                        null,
                        5,
                        null,
                        between.source(),
                        between.interpolateTo(),
                        null,
                        null)))
                .as("a diffusion model has no way from a picture to a noise")
                .containsExactly("/image");
    }

    private static Pixels mask() {
        return new Pixels(SIDE, SIDE, 1, new byte[SIDE * SIDE]);
    }

    private static List<String> refused(GenerationRequest request) throws Exception {
        try {
            generate(request);
        } catch (ExecutionException e) {
            return ((InvalidGenerationException) e.getCause())
                    .errors().stream().map(FieldError::pointer).toList();
        }
        throw new AssertionError("accepted");
    }
}
