package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.image.Pixels;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import io.stepwise.serving.versions.ServingModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole of serving, on the smallest networks of the golden data. */
@Tag("libtorch")
class GenerationServiceTest {
    @TempDir
    Path models;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private ModelRepository repository;
    private GenerationService service;

    @BeforeEach
    void start() throws IOException {
        repository = ServingModels.publish(models);
        service = service("plain", 64);
    }

    @AfterEach
    void stop() throws InterruptedException {
        service.close();
    }

    @Test
    void submit_defaults_givesTheImagesOfTheServedVersion() throws Exception {
        Generation generation = get(request("plain").n(3));

        assertThat(generation.model()).isEqualTo("plain");
        assertThat(generation.version()).isEqualTo(1);
        assertThat(generation.checkpointSha256())
                .isEqualTo(repository.served("plain").manifest().checkpointSha256());
        assertThat(generation.images()).hasSize(3).allSatisfy(image -> {
            assertThat(image.pixels().width()).isEqualTo(16);
            assertThat(image.pixels().channels()).isEqualTo(3);
        });
        assertThat(generation.timings().meanBatch()).isBetween(1.0, 3.0);
        assertThat(service.readiness().ready()).isTrue();
    }

    @Test
    void submit_sameSeedBesideOthers_givesTheSameBytes() throws Exception {
        Generation alone = get(request("plain").seed(5).n(2));

        List<CompletableFuture<Generation>> crowd = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            crowd.add(submit(request("plain").seed(100 + i).steps(3 + i).sampler(SamplerName.DDPM)));
        }
        Generation beside = get(request("plain").seed(5).n(2));
        for (CompletableFuture<Generation> other : crowd) {
            assertThat(other.get(60, TimeUnit.SECONDS).images()).hasSize(1);
        }

        assertThat(pixels(beside)).isEqualTo(pixels(alone));
        assertThat(pixels(alone)).doesNotHaveDuplicates();
    }

    @Test
    void submit_everySampler_givesFiniteImages() throws Exception {
        for (SamplerName sampler : SamplerName.values()) {
            assertThat(get(request("plain").sampler(sampler).steps(5)).images())
                    .as(sampler.wireName())
                    .hasSize(1);
        }
    }

    @Test
    void submit_labelAndGuidance_changeTheImage() throws Exception {
        Generation plain = get(request("labelled"));
        Generation named = get(request("labelled").label("c"));
        Generation numbered = get(request("labelled").label("2"));
        Generation guided = get(request("labelled").label("c").guidance(3));

        assertThat(named.images().get(0).label()).isEqualTo("c");
        assertThat(pixels(numbered)).isEqualTo(pixels(named)).isNotEqualTo(pixels(plain));
        assertThat(pixels(guided)).isNotEqualTo(pixels(named));
    }

    @Test
    void submit_withoutALabel_theSeedChoosesOne() throws Exception {
        List<GeneratedImage> drawn = get(request("labelled").n(8)).images();

        assertThat(drawn).extracting(GeneratedImage::label).doesNotContainNull();
        assertThat(drawn.stream().map(GeneratedImage::label).distinct()).hasSizeGreaterThan(3);
        String last = drawn.get(7).label();
        Generation named = get(request("labelled").n(8).label(last));
        assertThat(named.images().get(7).pixels()).isEqualTo(drawn.get(7).pixels());
        Generation guided = get(request("labelled").n(8).guidance(0));
        assertThat(guided.images().get(7).pixels()).isNotEqualTo(drawn.get(7).pixels());
    }

    @Test
    void submit_whatTheModelCannotDo_namesEveryField() {
        assertThatThrownBy(() -> get(request("plain").steps(1001).label("x").guidance(2)))
                .isInstanceOfSatisfying(InvalidGenerationException.class, e -> assertThat(e.errors())
                        .extracting(FieldError::pointer)
                        .containsExactly("/steps", "/label", "/guidance"));
        assertThatThrownBy(() -> get(request("labelled").label("z")))
                .isInstanceOf(InvalidGenerationException.class)
                .hasMessageContaining("\"z\"")
                .hasMessageContaining("[a, b, c");
    }

    @Test
    void submit_unknownModelOrVersion_saysWhatThereIs() {
        assertThatThrownBy(() -> get(request("nobody")))
                .isInstanceOf(UnknownModelException.class)
                .hasMessageContaining("plain");
        assertThatThrownBy(() -> get(request("plain").version(7))).isInstanceOf(VersionNotFoundException.class);
    }

    /** A small image is done where its caller writes the answer; several are not that thread's work. */
    @Test
    void submit_withANearThread_isCompletedThereIfTheImageIsSmall() throws Exception {
        ExecutorService near = Executors.newSingleThreadExecutor(task -> new Thread(task, "near"));
        try {
            for (int n : new int[] {1, 40}) {
                CompletableFuture<String> thread = service.submit(
                                request("plain").n(n).build(), task -> near.execute(new Delayed(task)))
                        .thenApply(made -> Thread.currentThread().getName());

                assertThat(thread.get(60, TimeUnit.SECONDS).equals("near")).isEqualTo(n == 1);
            }
        } finally {
            near.shutdown();
        }
    }

    /** Leaves who submits the time to say what is to be done on the thread that completes. */
    private record Delayed(Runnable task) implements Runnable {
        @Override
        public void run() {
            LockSupport.parkNanos(20_000_000);
            task.run();
        }
    }

    @Test
    void submit_moreThanTheQueueHolds_isRefused() {
        assertThatThrownBy(() -> get(request("plain").n(65))).isInstanceOf(QueueFullException.class);
    }

    @Test
    void submit_versionWithAFlippedBit_fails() throws IOException {
        ModelVersion version = repository.served("labelled");
        Path weights = version.folder().resolve(PipelineFolder.WEIGHTS);
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);

        assertThatThrownBy(() -> get(request("labelled"))).hasMessageContaining("diffusion_pytorch_model");
    }

    @Test
    void readiness_withoutTheModel_isStartedButNotReady() throws Exception {
        try (GenerationService lonely = service("nobody", 1)) {
            GenerationRequest any = request("plain").build();
            lonely.submit(any).toCompletableFuture().get(60, TimeUnit.SECONDS); // loaded after the default model
            assertThat(lonely.readiness().started()).isTrue();
            assertThat(lonely.readiness().ready()).isFalse();
            assertThat(lonely.readiness().detail()).contains("nobody");
        }
    }

    @Test
    void submit_cancelled_costsNoFurtherStep() throws Exception {
        get(request("plain"));
        double before = registry.get("stepwise.row.steps").counter().count();
        CompletableFuture<Generation> answer = submit(request("plain").n(4).steps(1000));
        while (registry.get("stepwise.queue.images").gauge().value() < 4) {
            LockSupport.parkNanos(100_000);
        }
        answer.cancel(true);
        get(request("plain").steps(1)); // a step later it is gone

        assertThat(registry.get("stepwise.queue.images").gauge().value()).isZero();
        double computed = registry.get("stepwise.row.steps").counter().count() - before;
        double saved = registry.get("stepwise.row.steps.saved").counter().count();
        assertThat(saved).isPositive();
        assertThat(computed + saved)
                .as("all steps were either computed or saved")
                .isBetween(4001.0, 4001.0 + 16);
        assertThat(registry.get("stepwise.generations")
                        .tag("outcome", "cancelled")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void submit_deadlineTooNear_isRefusedAtOnce() {
        assertThatThrownBy(() -> get(request("plain").steps(1000).deadline(Duration.ofMillis(1))))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("1 ms");
        assertThat(registry.get("stepwise.row.steps").counter().count()).isZero();
    }

    @Test
    void submit_withoutDeadline_isKeptForTheLongestWait() throws Exception {
        EngineSettings impatient = new EngineSettings(1, 1, 8, 64, 2, Duration.ofMillis(1), null, Set.of());
        try (GenerationService other = service("plain", impatient)) {
            CompletableFuture<Generation> without =
                    other.submit(request("plain").steps(1000).build()).toCompletableFuture();
            CompletableFuture<Generation> with = other.submit(request("plain")
                            .steps(2)
                            .deadline(Duration.ofSeconds(50))
                            .build())
                    .toCompletableFuture();
            assertThat(with.get(60, TimeUnit.SECONDS).images()).hasSize(1);
            assertThatThrownBy(() -> without.get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(DeadlineExceededException.class);
        }
    }

    @Test
    void submit_afterClose_isRefused() throws Exception {
        GenerationService closed = service("plain", 1);
        closed.close();
        assertThatThrownBy(() -> closed.submit(request("plain").build())
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NotReadyException.class);
    }

    private GenerationService service(String model, int capacity) {
        return service(model, new EngineSettings(2, 1, 8, capacity, EngineSettings.DEFAULT_STRETCH));
    }

    private GenerationService service(String model, EngineSettings settings) {
        return new GenerationService(
                repository,
                model,
                settings,
                ServingModels.RELOAD,
                registry,
                InstantSource.system(),
                ForkJoinPool.commonPool());
    }

    private static List<Pixels> pixels(Generation generation) {
        return generation.images().stream().map(GeneratedImage::pixels).toList();
    }

    private CompletableFuture<Generation> submit(RequestBuilder asked) {
        return service.submit(asked.build()).toCompletableFuture();
    }

    private Generation get(RequestBuilder asked) throws Exception {
        try {
            return submit(asked).get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static RequestBuilder request(String model) {
        return new RequestBuilder(model);
    }

    /** A request with defaults that keep tests short. */
    private static final class RequestBuilder {
        private final String model;
        private Integer version;
        private int n = 1;
        private long seed = 1;
        private int steps = 4;
        private SamplerName sampler = SamplerName.DDIM;
        private String label;
        private double guidance = 1;
        private Duration deadline;

        RequestBuilder(String model) {
            this.model = model;
        }

        RequestBuilder version(int value) {
            version = value;
            return this;
        }

        RequestBuilder n(int value) {
            n = value;
            return this;
        }

        RequestBuilder seed(long value) {
            seed = value;
            return this;
        }

        RequestBuilder steps(int value) {
            steps = value;
            return this;
        }

        RequestBuilder sampler(SamplerName value) {
            sampler = value;
            return this;
        }

        RequestBuilder label(String value) {
            label = value;
            return this;
        }

        RequestBuilder guidance(double value) {
            guidance = value;
            return this;
        }

        RequestBuilder deadline(Duration value) {
            deadline = value;
            return this;
        }

        GenerationRequest build() {
            return new GenerationRequest(model, version, n, seed, steps, sampler, label, guidance, 5, deadline);
        }
    }
}
