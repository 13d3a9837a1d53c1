package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.diffusion.sampler.SamplerField;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.image.ImageEncoder;
import io.stepwise.image.ImageFormat;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.GuideReference;
import io.stepwise.serving.versions.ServingModels;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One seed, one image: whatever shares the batch, on whichever engine, whenever somebody joins, leaves or gives up, and
 * after a restart with another number of engines. With {@code -Psoak} ten thousand requests.
 */
@Tag("libtorch")
class DeterminismTest {
    private static final int REQUESTS = Boolean.getBoolean("soak") ? 10_000 : 500;
    private static final int KINDS = 40;
    private static final int AT_ONCE = 24;

    @TempDir
    Path models;

    @Test
    void submit_underRandomLoad_oneImagePerSeed() throws Exception {
        ModelRepository repository = ServingModels.publish(models);
        Random random = new Random(11);
        List<GenerationRequest> kinds = new ArrayList<>();
        for (int i = 0; i < KINDS; i++) {
            kinds.add(kind(random, i));
        }
        Map<Integer, String> alone = new TreeMap<>();
        try (GenerationService service = service(repository, 1, 1)) {
            for (int i = 0; i < KINDS; i++) {
                alone.put(i, sha256(service.submit(kinds.get(i)).get(1, TimeUnit.MINUTES)));
            }
        }
        assertThat(alone.values()).as("all differ").doesNotHaveDuplicates();

        try (GenerationService service = service(repository, 3, 8)) {
            underLoad(service, kinds, alone, random);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "calm"})
    void submit_imagesOfABatchOneByOne_theSameBytes(String model) throws Exception {
        try (GenerationService service = service(ServingModels.publishCalm(ServingModels.publish(models)), 1, 4)) {
            Generation batch = service.submit(images(model, 4, 2)).get(1, TimeUnit.MINUTES);
            assertThat(batch.images()).extracting(GeneratedImage::index).containsExactly(2, 3, 4, 5);
            for (GeneratedImage image : batch.images()) {
                Generation alone =
                        service.submit(images(model, 1, image.index())).get(1, TimeUnit.MINUTES);
                assertThat(alone.images()).containsExactly(image);
            }
            assertThat(batch.images()).extracting(GeneratedImage::pixels).doesNotHaveDuplicates();
        }
    }

    private static GenerationRequest images(String model, int n, int firstIndex) {
        return new GenerationRequest(
                model,
                null,
                n,
                7,
                firstIndex,
                5,
                SamplerName.DDPM,
                SamplerOptions.USUAL,
                null,
                1,
                null,
                5,
                null,
                null,
                null,
                null,
                null);
    }

    private static void underLoad(
            GenerationService service, List<GenerationRequest> kinds, Map<Integer, String> alone, Random random)
            throws Exception {
        record Submitted(int kind, CompletableFuture<Generation> answer) {}
        Deque<Submitted> open = new ArrayDeque<>();
        int compared = 0;
        for (int i = 0; i < REQUESTS || !open.isEmpty(); i++) {
            if (i < REQUESTS) {
                int kind = random.nextInt(KINDS);
                open.add(new Submitted(kind, service.submit(kinds.get(kind))));
                if (random.nextInt(10) == 0) {
                    open.removeLast().answer.cancel(true);
                }
            }
            while (open.size() > (i < REQUESTS ? random.nextInt(AT_ONCE) : 0)) {
                Submitted asked = open.remove();
                assertThat(sha256(asked.answer.get(1, TimeUnit.MINUTES)))
                        .as("%s", kinds.get(asked.kind))
                        .isEqualTo(alone.get(asked.kind));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(REQUESTS * 3 / 4);
    }

    private static GenerationRequest kind(Random random, int seed) {
        boolean labelled = random.nextBoolean();
        SamplerName sampler = SamplerName.values()[random.nextInt(SamplerName.values().length)];
        boolean named = labelled && random.nextBoolean();
        String model = labelled ? "labelled" : random.nextBoolean() ? "plain" : "edm";
        boolean guided = model.equals("plain") && random.nextBoolean();
        return new GenerationRequest(
                model,
                null,
                1 + random.nextInt(3),
                seed,
                0,
                1 + random.nextInt(12),
                sampler,
                options(random, sampler),
                named ? ServingModels.LABELS.get(random.nextInt(9)) : null,
                named ? 1 + random.nextInt(3) : guided ? 2.5 : 1,
                guided ? new GuideReference("worse", null) : null,
                random.nextInt(10),
                null,
                null,
                null,
                null,
                null);
    }

    private static SamplerOptions options(Random random, SamplerName sampler) {
        Spacing spacing = random.nextBoolean() ? Spacing.KARRAS : null;
        Double eta = sampler.takes(SamplerField.ETA) ? Double.valueOf(random.nextInt(2)) : null;
        Double churn = sampler.takes(SamplerField.CHURN) ? Double.valueOf(random.nextInt(20)) : null;
        return new SamplerOptions(eta, spacing, null, .1, null, churn, null, null, null);
    }

    private static GenerationService service(ModelRepository repository, int engines, int maxBatch) {
        return new GenerationService(
                repository,
                "plain",
                new EngineSettings(
                        engines,
                        1,
                        maxBatch,
                        4096,
                        EngineSettings.DEFAULT_STRETCH,
                        Duration.ofMinutes(10),
                        null,
                        Set.of("calm")),
                ServingModels.RELOAD,
                new SimpleMeterRegistry(),
                InstantSource.system(),
                ForkJoinPool.commonPool());
    }

    private static String sha256(Generation generation) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (GeneratedImage image : generation.images()) {
            digest.update(ImageEncoder.encode(image.pixels(), ImageFormat.PNG, ""));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
