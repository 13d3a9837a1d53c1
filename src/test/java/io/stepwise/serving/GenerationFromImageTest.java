package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.image.Pixels;
import io.stepwise.image.Resampling;
import io.stepwise.repository.ModelRepository;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.QueuePlace;
import io.stepwise.serving.request.SourceImage;
import io.stepwise.serving.versions.ServingModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images that start from a picture or lie between two others, and what is told of them on their way. */
@Tag("libtorch")
class GenerationFromImageTest {
    private static final int SIDE = 16;
    private static final int STEPS = 10;

    @TempDir
    static Path models;

    private static GenerationService service;

    @BeforeAll
    static void start() throws IOException {
        ModelRepository repository = ServingModels.publish(models);
        service = RunningService.start(repository, "plain", 2);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        service.close();
    }

    private static Pixels picture(int width, int height, int channels) {
        byte[] data = new byte[width * height * channels];
        new Random(width).nextBytes(data);
        return new Pixels(width, height, channels, data);
    }

    /** White below. */
    private static Pixels lowerHalf() {
        byte[] data = new byte[SIDE * SIDE];
        Arrays.fill(data, SIDE * SIDE / 2, data.length, (byte) 255);
        return new Pixels(SIDE, SIDE, 1, data);
    }

    private static GenerationRequest request(
            int n, SamplerName sampler, double eta, SourceImage source, Long interpolateTo) {
        return new GenerationRequest(
                "plain",
                null,
                n,
                7,
                0,
                STEPS,
                sampler,
                options(sampler, eta),
                null,
                1,
                null,
                5,
                null,
                source,
                interpolateTo,
                null,
                null);
    }

    private static SamplerOptions options(SamplerName sampler, double eta) {
        return sampler == SamplerName.DDIM ? SamplerOptions.ofEta(eta) : SamplerOptions.USUAL;
    }

    private static List<Pixels> pixels(GenerationRequest request) throws Exception {
        return pixels(request, GenerationListener.NONE);
    }

    private static List<Pixels> pixels(GenerationRequest request, GenerationListener listener) throws Exception {
        try {
            return service.submit(request, listener).get(60, TimeUnit.SECONDS).images().stream()
                    .map(GeneratedImage::pixels)
                    .toList();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static double distance(Pixels a, Pixels b) {
        double sum = 0;
        for (int i = 0; i < a.data().length; i++) {
            sum += Math.abs((a.data()[i] & 0xff) - (b.data()[i] & 0xff));
        }
        return sum / a.data().length;
    }

    @Test
    void submit_strength_isHowFarTheImageIsLeft() throws Exception {
        Pixels image = Resampling.BICUBIC.resize(picture(2, 2, 3), SIDE, SIDE);
        List<Double> distances = new ArrayList<>();
        for (double strength : new double[] {0, .3, .6}) {
            SourceImage source = new SourceImage(image, null, strength, true, 1);
            distances.add(distance(
                    pixels(request(1, SamplerName.DDIM, 0, source, null)).get(0), image));
        }

        assertThat(distances).isSorted();
        assertThat(distances.get(2)).isGreaterThan(2 * distances.get(0));
    }

    @ParameterizedTest
    @EnumSource
    void submit_fromAnImage_goesWithEverySampler(SamplerName sampler) throws Exception {
        SourceImage source = new SourceImage(picture(SIDE, SIDE, 3), null, .5, true, 1);

        List<Pixels> two = pixels(request(2, sampler, 0, source, null));

        assertThat(two.get(0)).isNotEqualTo(two.get(1));
        assertThat(pixels(request(2, sampler, 0, source, null))).isEqualTo(two);
    }

    @Test
    void submit_noisyImage_isDenoisedWithoutMoreNoise() throws Exception {
        SourceImage source = new SourceImage(picture(SIDE, SIDE, 3), null, .5, false, 1);

        List<Pixels> two = pixels(request(2, SamplerName.DDIM, 0, source, null));

        assertThat(two.get(0)).isEqualTo(two.get(1)); // no noise of their own tells them apart
    }

    @Test
    void submit_imageOfAnotherSizeAndInGrey_isUsedAsIfResizedBefore() throws Exception {
        Pixels large = picture(40, 40, 1);
        Pixels fitted = Resampling.AREA.resize(large.withChannels(3), SIDE, SIDE);

        assertThat(pixels(request(1, SamplerName.DDIM, 0, new SourceImage(large, null, .5, true, 1), null)))
                .isEqualTo(pixels(request(1, SamplerName.DDIM, 0, new SourceImage(fitted, null, .5, true, 1), null)));
    }

    @Test
    void submit_imageOfOtherProportions_isRefused() {
        SourceImage source = new SourceImage(picture(20, 40, 3), null, .5, true, 1);

        assertThatThrownBy(() -> pixels(request(1, SamplerName.DDIM, 0, source, null)))
                .isInstanceOfSatisfying(InvalidGenerationException.class, e -> assertThat(e.errors())
                        .containsExactly(new FieldError(
                                "/image",
                                "image of 20x40 must have the proportions of 16x16, to which it is resized")));
    }

    @ParameterizedTest
    @EnumSource(names = {"DDIM", "DDPM"})
    void submit_withMask_keepsWhatIsBlackAndPaintsWhatIsWhite(SamplerName sampler) throws Exception {
        Pixels image = picture(SIDE, SIDE, 3);
        for (int resamples : new int[] {1, 3}) {
            for (double strength : new double[] {.5, 1}) {
                SourceImage source = new SourceImage(image, lowerHalf(), strength, true, resamples);
                for (Pixels painted : pixels(request(2, sampler, 0, source, null))) {
                    assertThat(painted.cropped(0, 0, SIDE, SIDE / 2)).isEqualTo(image.cropped(0, 0, SIDE, SIDE / 2));
                    assertThat(distance(
                                    painted.cropped(0, SIDE / 2, SIDE, SIDE / 2),
                                    image.cropped(0, SIDE / 2, SIDE, SIDE / 2)))
                            .isGreaterThan(5);
                }
            }
        }
    }

    @Test
    void submit_interpolation_beginsAndEndsWithTheImagesOfTheSeeds() throws Exception {
        List<Pixels> strip = pixels(request(5, SamplerName.DDIM, 0, null, 99L));

        Pixels first = pixels(new GenerationRequest("plain", null, 1, 7, STEPS, SamplerName.DDIM, null, 1, 5, null))
                .get(0);
        Pixels last = pixels(new GenerationRequest("plain", null, 1, 99, STEPS, SamplerName.DDIM, null, 1, 5, null))
                .get(0);
        assertThat(strip.get(0)).isEqualTo(first);
        assertThat(strip.get(4)).isEqualTo(last);
        assertThat(distance(strip.get(1), first)).isLessThan(distance(strip.get(3), first));
    }

    /** Image 2 of both seeds; the noise half way between seeds 7 and 99 is also that of an interpolation's middle. */
    @Test
    void submit_variation_liesBetweenTheImagesOfBothSeeds() throws Exception {
        Pixels near = pixels(variation(2, 0.0)).get(0);
        Pixels far = pixels(variation(2, 1.0)).get(0);

        assertThat(near)
                .isEqualTo(pixels(new GenerationRequest("plain", null, 3, 7, STEPS, SamplerName.DDIM, null, 1, 5, null))
                        .get(2));
        assertThat(far)
                .isEqualTo(
                        pixels(new GenerationRequest("plain", null, 3, 99, STEPS, SamplerName.DDIM, null, 1, 5, null))
                                .get(2));
        assertThat(pixels(variation(0, 0.5)).get(0))
                .isEqualTo(pixels(request(3, SamplerName.DDIM, 0, null, 99L)).get(1));
        assertThat(variation(2, null).variationStrength()).isEqualTo(GenerationRequest.DEFAULT_VARIATION_STRENGTH);
    }

    private static GenerationRequest variation(int index, Double strength) {
        return new GenerationRequest(
                "plain",
                null,
                1,
                7,
                index,
                STEPS,
                SamplerName.DDIM,
                SamplerOptions.USUAL,
                null,
                1,
                null,
                5,
                null,
                null,
                null,
                99L,
                strength);
    }

    @Test
    void submit_whileOthersAreMade_isTheSame() throws Exception {
        List<GenerationRequest> requests = List.of(
                request(2, SamplerName.DDIM, 0, new SourceImage(picture(SIDE, SIDE, 3), lowerHalf(), 1, true, 2), null),
                request(2, SamplerName.HEUN, 0, new SourceImage(picture(SIDE, SIDE, 3), null, .7, true, 1), null),
                request(3, SamplerName.UNIPC, 0, null, 4L),
                request(2, SamplerName.DDPM, 0, null, null));
        List<List<Pixels>> alone = new ArrayList<>();
        for (GenerationRequest each : requests) {
            alone.add(pixels(each));
        }
        List<CompletableFuture<Generation>> crowd = new ArrayList<>();
        for (GenerationRequest each : requests) {
            crowd.add(service.submit(each, new Looking(3)));
        }
        for (int i = 0; i < crowd.size(); i++) {
            assertThat(crowd.get(i).get(60, TimeUnit.SECONDS).images().stream().map(GeneratedImage::pixels))
                    .isEqualTo(alone.get(i));
        }
    }

    /** Notes what it is told. */
    private static final class Looking implements GenerationListener {
        private final int every;
        private final List<Long> progress = Collections.synchronizedList(new ArrayList<>());
        private final List<Integer> steps = Collections.synchronizedList(new ArrayList<>());
        private final List<Pixels> previews = Collections.synchronizedList(new ArrayList<>());
        private volatile boolean accepted;
        private volatile long all;

        Looking(int every) {
            this.every = every;
        }

        @Override
        public void accepted(Supplier<QueuePlace> place) {
            accepted = true;
        }

        @Override
        public int previewEvery() {
            return every;
        }

        @Override
        public void progressed(long done, long total) {
            progress.add(done);
            all = total;
        }

        @Override
        public void previewed(GeneratedImage estimate, int step) {
            steps.add(step);
            previews.add(estimate.pixels());
        }
    }

    @Test
    void submit_withListener_tellsOfEveryLookAndOfTheEndBeforeItEnds() throws Exception {
        Looking looking = new Looking(3);
        SourceImage source = new SourceImage(picture(SIDE, SIDE, 3), lowerHalf(), 1, true, 1);

        Pixels made =
                pixels(request(1, SamplerName.DDIM, 0, source, null), looking).get(0);

        assertThat(looking.accepted).isTrue();
        assertThat(looking.steps).containsExactly(3, 6, 9);
        assertThat(looking.progress).isSorted().doesNotHaveDuplicates().endsWith((long) STEPS);
        assertThat(looking.all).isEqualTo(STEPS);
        for (Pixels preview : looking.previews) { // shows what is known, too
            assertThat(preview.cropped(0, 0, SIDE, SIDE / 2)).isEqualTo(made.cropped(0, 0, SIDE, SIDE / 2));
        }
        assertThat(distance(looking.previews.get(2), made)).isLessThan(distance(looking.previews.get(0), made));
    }
}
