package io.stepwise.serving.versions;

import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.VersionNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version that is deleted while it is in memory, in use, served or broken. */
@Tag("libtorch")
class VersionDeletionTest {
    private static final Path TINY = Path.of(System.getProperty("golden.dir")).resolve("unet-tiny");

    @TempDir
    Path models;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private ModelRepository repository;
    private Workshop workshop;
    private GenerationService service;

    @BeforeEach
    void prepare() throws IOException {
        repository = new ModelRepository(models);
        workshop = new Workshop(repository, "faces", TINY, VersionMetadata.NONE);
    }

    @AfterEach
    void stop() throws InterruptedException {
        service.close();
    }

    private void startServing(int version) throws Exception {
        service = new GenerationService(
                repository,
                "faces",
                new EngineSettings(1, 1, 2, 4096, EngineSettings.DEFAULT_STRETCH),
                new ReloadSettings(Duration.ofMillis(20), 1L << 30),
                registry,
                InstantSource.system(),
                ForkJoinPool.commonPool());
        await("it serves", () -> service.readiness().detail().startsWith("Serving faces version " + version));
    }

    private CompletableFuture<Generation> submit(Integer version, int steps) {
        return service.submit(new GenerationRequest(null, version, 1, 3, steps, SamplerName.DDIM, null, 1, 5, null));
    }

    private void delete(int version) throws Exception {
        service.catalog().delete("faces", version).get(1, TimeUnit.MINUTES);
    }

    private double memory() {
        return registry.get("stepwise.models.memory").gauge().value();
    }

    @Test
    void delete_versionInUse_endsWhatHasBegunAndLeavesMemory() throws Exception {
        workshop.publish(0);
        workshop.publish(1);
        startServing(2);
        double one = memory();
        CompletableFuture<Generation> begun = submit(1, 600);
        await("both are in memory", () -> memory() > one);

        delete(1);
        assertThat(models.resolve("faces/1")).doesNotExist();
        assertThat(begun.isDone()).as("it takes longer than the deletion").isFalse();

        assertThat(begun.get(1, TimeUnit.MINUTES).version()).isEqualTo(1);
        await("one is in memory", () -> memory() == one);
        assertThatThrownBy(() -> submit(1, 2).get(1, TimeUnit.MINUTES))
                .hasCauseInstanceOf(VersionNotFoundException.class);
        assertThat(submit(null, 2).get(1, TimeUnit.MINUTES).version()).isEqualTo(2);
    }

    @Test
    void delete_versionThatServes_isRefused() throws Exception {
        workshop.publish(0);
        workshop.publish(1);
        startServing(2);
        service.catalog().serve("faces", 1, model -> {}).get(1, TimeUnit.MINUTES);

        assertThatThrownBy(() -> delete(1)).hasCauseInstanceOf(IllegalStateException.class);
        delete(2);
        assertThat(submit(null, 2).get(1, TimeUnit.MINUTES).version()).isEqualTo(1);
    }

    @Test
    void delete_versionsThatCantServe_areGone() throws Exception {
        workshop.publish(0);
        startServing(1);
        ModelVersion broken = workshop.publish(Damage.BIT_FLIPPED);
        await(
                "it is refused",
                () -> service.catalog()
                                .version("faces", broken.number())
                                .state()
                                .refused()
                        != null);

        assertThatThrownBy(() -> delete(1)).hasCauseInstanceOf(IllegalStateException.class);
        delete(broken.number());
        assertThat(repository.versions("faces"))
                .extracting(ModelVersion::number)
                .isEqualTo(List.of(1));
        await("all is well", () -> service.catalog().model("faces").trouble() == null);
    }

    @Test
    void delete_pinnedOrMissingVersion_isRefused() throws Exception {
        workshop.publish(0);
        workshop.publish(1);
        startServing(2);
        repository.update("faces", settings -> settings.withPinned(List.of(1)));

        assertThatThrownBy(() -> delete(1))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("pinned");
        assertThatThrownBy(() -> delete(9)).hasCauseInstanceOf(VersionNotFoundException.class);
    }
}
