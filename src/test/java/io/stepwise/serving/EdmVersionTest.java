package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.image.Pixels;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.SourceImage;
import io.stepwise.serving.versions.ServingModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests to a version without timesteps, and options over sigma for a version with them. */
@Tag("libtorch")
class EdmVersionTest {
    private static final int SIDE = 16;

    @TempDir
    static Path models;

    private static GenerationService service;

    @BeforeAll
    static void start() throws IOException {
        service = RunningService.start(ServingModels.publish(models), "edm", 1);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        service.close();
    }

    private static GenerationRequest request(
            String model, int steps, SamplerName sampler, SamplerOptions options, SourceImage source) {
        return new GenerationRequest(
                model, null, 1, 7, 0, steps, sampler, options, null, 1, null, 5, null, source, null, null, null);
    }

    private static Pixels image(GenerationRequest request) throws Exception {
        try {
            List<GeneratedImage> images =
                    service.submit(request).get(60, TimeUnit.SECONDS).images();
            return images.get(0).pixels();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Pixels usual(SamplerName sampler) throws Exception {
        return image(request("edm", 9, sampler, SamplerOptions.USUAL, null));
    }

    @Test
    void submit_everySampler_makesAnImageOfItsOwn() throws Exception {
        Set<Pixels> images = new HashSet<>();
        for (SamplerName sampler : SamplerName.values()) {
            images.add(usual(sampler));
        }
        // ddim is euler over sigma, and ddpm is euler-ancestral, up to the rounding of floats
        assertThat(images).hasSizeBetween(SamplerName.values().length - 2, SamplerName.values().length);
        assertThat(difference(usual(SamplerName.DDIM), usual(SamplerName.EULER)))
                .isLessThan(2);
        assertThat(difference(usual(SamplerName.DDPM), usual(SamplerName.EULER_ANCESTRAL)))
                .isLessThan(2);
        assertThat(difference(usual(SamplerName.DDIM), usual(SamplerName.DDPM))).isGreaterThan(5);
    }

    private static int difference(Pixels a, Pixels b) {
        int largest = 0;
        for (int i = 0; i < a.data().length; i++) {
            largest = Math.max(largest, Math.abs((a.data()[i] & 0xff) - (b.data()[i] & 0xff)));
        }
        return largest;
    }

    @Test
    void submit_moreStepsThanTheFileSays_runs() throws Exception {
        assertThat(image(request("edm", 1001, SamplerName.EULER, SamplerOptions.USUAL, null)))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "edm, , , 5, , , , , ",
        "edm, , EXPONENTIAL, , , , , , ",
        "edm, , , , .1, , , , ",
        "edm, , , , , 9, , , ",
        "plain, , KARRAS, , , , , , ",
        "plain, , , 5, , , , , ",
        "plain, , , , .1, , , , ",
        "plain, , , , , 9, , , ",
        "plain, , , , , , 5, , ",
        "plain, , , , , , 5, 2, ",
        "plain, , , , , , 5, , 1.1",
    })
    void submit_options_changeTheImage(
            String model,
            Double eta,
            Spacing spacing,
            Double rho,
            Double sigmaMin,
            Double sigmaMax,
            Double churn,
            Double sMin,
            Double sNoise)
            throws Exception {
        SamplerOptions options = new SamplerOptions(eta, spacing, rho, sigmaMin, sigmaMax, churn, sMin, null, sNoise);
        SamplerOptions less = sMin == null && sNoise == null
                ? SamplerOptions.USUAL
                : new SamplerOptions(eta, spacing, rho, sigmaMin, sigmaMax, churn, null, null, null);

        Pixels image = image(request(model, 9, SamplerName.HEUN, options, null));

        assertThat(image).isNotEqualTo(image(request(model, 9, SamplerName.HEUN, less, null)));
        assertThat(image).isEqualTo(image(request(model, 9, SamplerName.HEUN, options, null)));
    }

    @ParameterizedTest
    @EnumSource
    void submit_fromAnImage_goesWithEverySampler(SamplerName sampler) throws Exception {
        byte[] data = new byte[SIDE * SIDE * 3];
        Arrays.fill(data, (byte) 200);
        Pixels image = new Pixels(SIDE, SIDE, 3, data);
        SourceImage little = new SourceImage(image, null, .1, true, 1);
        SourceImage much = new SourceImage(image, null, .9, true, 1);

        int nearer = difference(image(request("edm", 20, sampler, SamplerOptions.USUAL, little)), image);

        assertThat(nearer)
                .isLessThan(difference(image(request("edm", 20, sampler, SamplerOptions.USUAL, much)), image));
    }

    @ParameterizedTest
    @EnumSource(names = {"DDIM", "DDPM"})
    void submit_withMask_keepsWhatIsBlackAndPaintsTheRest(SamplerName sampler) throws Exception {
        byte[] data = new byte[SIDE * SIDE * 3];
        new Random(1).nextBytes(data);
        Pixels image = new Pixels(SIDE, SIDE, 3, data);
        byte[] lower = new byte[SIDE * SIDE];
        Arrays.fill(lower, SIDE * SIDE / 2, lower.length, (byte) 255);
        SourceImage source = new SourceImage(image, new Pixels(SIDE, SIDE, 1, lower), 1, true, 3);

        Pixels painted = image(request("edm", 30, sampler, SamplerOptions.USUAL, source));

        assertThat(painted.cropped(0, 0, SIDE, SIDE / 2)).isEqualTo(image.cropped(0, 0, SIDE, SIDE / 2));
        assertThat(difference(painted, image)).isGreaterThan(20);
    }

    @Test
    void submit_whatTheVersionCannotHonour_isRefusedByName() {
        assertRefused("edm", SamplerOptions.of(Spacing.LEADING), "/spacing", "karras or exponential");
        assertRefused("edm", range(100.0, null), "/sigma_min", "below 80.0");
        assertRefused("edm", range(null, .001), "/sigma_max", "above 0.002");
        assertRefused("plain", range(.001, null), "/sigma_min", "or more and below");
        assertRefused("plain", range(200.0, null), "/sigma_min", "or more and below");
        assertRefused("plain", range(null, 200.0), "/sigma_max", "at most");
        assertRefused("plain", range(null, .001), "/sigma_max", "above");
    }

    private static SamplerOptions range(Double min, Double max) {
        return new SamplerOptions(null, null, null, min, max, null, null, null, null);
    }

    private static void assertRefused(String model, SamplerOptions options, String pointer, String words) {
        assertThatThrownBy(() -> image(request(model, 9, SamplerName.EULER, options, null)))
                .isInstanceOfSatisfying(InvalidGenerationException.class, refused -> {
                    assertThat(refused.errors()).extracting(FieldError::pointer).containsExactly(pointer);
                    assertThat(refused.errors().get(0).detail()).contains(words);
                });
    }
}
