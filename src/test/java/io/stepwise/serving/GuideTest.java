package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.image.Pixels;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.GuideReference;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.versions.ServingModels;
import io.stepwise.serving.versions.Workshop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that are guided by another version. */
@Tag("libtorch")
class GuideTest {
    private static final GuideReference ITSELF = new GuideReference(null, 1);
    private static final GuideReference WORSE = new GuideReference("worse", null);

    @TempDir
    static Path models;

    private static ModelRepository repository;
    private static GenerationService service;

    @BeforeAll
    static void start() throws IOException {
        repository = ServingModels.publish(models);
        service = RunningService.start(repository, "plain", 2);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        service.close();
    }

    private static GenerationRequest request(
            String model, int n, SamplerName sampler, String label, double guidance, GuideReference guide) {
        return new GenerationRequest(
                model,
                null,
                n,
                7,
                0,
                6,
                sampler,
                SamplerOptions.USUAL,
                label,
                guidance,
                guide,
                5,
                null,
                null,
                null,
                null,
                null);
    }

    private static GenerationRequest plain(SamplerName sampler, double guidance, GuideReference guide) {
        return request("plain", 2, sampler, null, guidance, guide);
    }

    private static Generation made(GenerationRequest request) throws Exception {
        try {
            return service.submit(request).get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static List<Pixels> images(GenerationRequest request) throws Exception {
        return made(request).images().stream().map(GeneratedImage::pixels).toList();
    }

    @ParameterizedTest
    @EnumSource
    void submit_guidedByItself_isTheImageWithoutAGuide(SamplerName sampler) throws Exception {
        assertThat(images(plain(sampler, 3, ITSELF))).isEqualTo(images(plain(sampler, 1, null)));
    }

    @Test
    void submit_byWeight_goesFromTheGuideOverTheModelBeyondIt() throws Exception {
        List<Pixels> main = images(plain(SamplerName.HEUN, 1, null));

        assertThat(images(plain(SamplerName.HEUN, 1, WORSE))).isEqualTo(main);
        assertThat(images(plain(SamplerName.HEUN, 0, WORSE)))
                .isEqualTo(images(request("worse", 2, SamplerName.HEUN, null, 1, null)));
        assertThat(images(plain(SamplerName.HEUN, 2.5, WORSE)))
                .isNotEqualTo(main)
                .isNotEqualTo(images(plain(SamplerName.HEUN, 1.5, WORSE)));
    }

    @Test
    void submit_guide_isToldWithItsVersion() throws Exception {
        assertThat(made(plain(SamplerName.DDIM, 2, WORSE)).request().guide()).isEqualTo(new GuideReference("worse", 1));
        assertThat(made(plain(SamplerName.DDIM, 2, ITSELF)).request().guide())
                .isEqualTo(new GuideReference("plain", 1));
    }

    @Test
    void submit_amongRequestsOfEveryKind_givesTheSameBytes() throws Exception {
        List<GenerationRequest> requests = List.of(
                plain(SamplerName.HEUN, 2, WORSE),
                plain(SamplerName.DDPM, 3, WORSE),
                plain(SamplerName.UNIPC, 1, null),
                request("worse", 2, SamplerName.DDIM, null, 2, new GuideReference("plain", 1)),
                request("labelled", 2, SamplerName.DDIM, "c", 3, null),
                request("labelled", 2, SamplerName.DDIM, "c", 3, ITSELF),
                request("edm", 2, SamplerName.EULER, null, 2, ITSELF));
        List<List<Pixels>> alone = new ArrayList<>();
        for (GenerationRequest each : requests) {
            alone.add(images(each));
        }
        List<CompletableFuture<Generation>> together = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (GenerationRequest each : requests) {
                together.add(service.submit(each));
            }
        }
        for (int i = 0; i < together.size(); i++) {
            assertThat(together.get(i).get(60, TimeUnit.SECONDS).images().stream()
                            .map(GeneratedImage::pixels)
                            .toList())
                    .isEqualTo(alone.get(i % requests.size()));
        }
    }

    /** Both guidances have one place: with a guide the output without the label isn't used. */
    @Test
    void submit_labelAndGuide_useTheGuideAlone() throws Exception {
        List<Pixels> unguided = images(request("labelled", 1, SamplerName.DDIM, "c", 1, null));

        assertThat(images(request("labelled", 1, SamplerName.DDIM, "c", 4, ITSELF)))
                .isEqualTo(unguided);
        assertThat(images(request("labelled", 1, SamplerName.DDIM, "c", 4, null)))
                .isNotEqualTo(unguided);
    }

    /** The guide's lease keeps its weights in memory while a newer version takes its place. */
    @Test
    void submit_guideIsReplacedMeanwhile_endsWithTheOldOne() throws Exception {
        Path source = Path.of(System.getProperty("golden.dir"), "unet-tiny");
        Workshop workshop = new Workshop(repository, "replaced", source, VersionMetadata.NONE);
        workshop.publish(3);
        GenerationRequest slow = new GenerationRequest(
                "plain",
                null,
                2,
                7,
                0,
                300,
                SamplerName.DDIM,
                SamplerOptions.USUAL,
                null,
                2,
                new GuideReference("replaced", null),
                5,
                null,
                null,
                null,
                null,
                null);
        List<Pixels> expected = images(slow);
        CompletableFuture<Generation> running = service.submit(slow);
        workshop.publish(30);
        GenerationRequest look = request("replaced", 1, SamplerName.DDIM, null, 1, null);
        while (made(look).version() == 1) {
            assertThat(running).as("the new version serves too late").isNotDone();
        }

        assertThat(running.get(60, TimeUnit.SECONDS).request().guide()).isEqualTo(new GuideReference("replaced", 1));
        assertThat(running.get().images().stream().map(GeneratedImage::pixels).toList())
                .isEqualTo(expected);
    }

    @Test
    void submit_guideThatDoesNotFit_isRefusedWithTheReason() {
        assertRefused(
                plain(SamplerName.DDIM, 2, new GuideReference("nobody", null)), "model is \"nobody\", must be one of");
        assertRefused(
                plain(SamplerName.DDIM, 2, new GuideReference(null, 9)),
                "version of model \"plain\" is 9, must be one of [1]");
        assertRefused(plain(SamplerName.DDIM, 2, new GuideReference("edm", 1)), "predicts something else than plain");
        assertRefused(
                request("worse", 1, SamplerName.DDIM, null, 2, new GuideReference("labelled", 1)),
                "labelled version 1 must have the classes of worse version 1, or none");
    }

    private static void assertRefused(GenerationRequest request, String reason) {
        assertThatThrownBy(() -> made(request)).isInstanceOfSatisfying(InvalidGenerationException.class, refused -> {
            assertThat(refused.errors()).extracting(FieldError::pointer).containsExactly("/guide");
            assertThat(refused.errors().get(0).detail()).startsWith("guide: ").contains(reason);
        });
    }
}
