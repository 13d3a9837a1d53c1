package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.TracerProvider;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.versions.ServingModels;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("libtorch")
class IdleGenerationServiceTest {
    @Test
    void submit_anything_computesNothingButAnswersAll(@TempDir Path models) throws Exception {
        GenerationRequest request = new GenerationRequest(
                null, null, 2, 0, 20, SamplerName.DDIM, null, 1, GenerationRequest.DEFAULT_PRIORITY, null);
        try (GenerationService idle = new IdleGenerationService(
                ServingModels.publish(models),
                "plain",
                new EngineSettings(1, 1, 8, 64, EngineSettings.DEFAULT_STRETCH),
                ServingModels.RELOAD,
                new SimpleMeterRegistry(),
                ForkJoinPool.commonPool(),
                TracerProvider.noop().get("test"))) {
            for (int i = 0; i < 2; i++) {
                Generation generation = idle.submit(request).get(60, TimeUnit.SECONDS);

                assertThat(generation.images()).hasSize(2);
                assertThat(generation.images().get(1).pixels().sample(3, 3, 0)).isEqualTo(128);
            }
        }
    }
}
