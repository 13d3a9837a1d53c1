package io.stepwise.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.bench.load.RequestBatching.Batching;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.versions.ServedModel;
import io.stepwise.serving.versions.ServingModels;
import io.stepwise.serving.versions.VersionLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Request-level batching on the smallest networks of the golden data; no test depends on how fast it is. */
@Tag("libtorch")
class RequestBatchingTest {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    @TempDir
    static Path folder;

    private static ServedModel plain;
    private static ServedModel labelled;

    private final List<RequestBatching> opened = new ArrayList<>();

    @BeforeAll
    static void load() throws IOException {
        ModelRepository models = ServingModels.publish(folder);
        plain = load(models, "plain");
        labelled = load(models, "labelled");
    }

    private static ServedModel load(ModelRepository models, String name) throws IOException {
        return new VersionLoader(models, new Workers(2, 1).settings(), null).load(models.served(name));
    }

    @AfterEach
    void stop() {
        opened.forEach(RequestBatching::close);
    }

    @AfterAll
    static void free() {
        plain.close();
        labelled.close();
    }

    private RequestBatching open(ServedModel model, int images, Duration delay, int engines) {
        RequestBatching system =
                new RequestBatching("test", model, new Batching(images, delay), new Workers(engines, 1), 64);
        opened.add(system);
        return system;
    }

    private static GenerationRequest request(int n, int steps, long seed) {
        return new GenerationRequest(null, null, n, seed, steps, SamplerName.DDIM, null, 1, 5, null);
    }

    private static Generation get(CompletableFuture<Generation> answer) throws Exception {
        return answer.get(60, TimeUnit.SECONDS);
    }

    @Test
    void submit_requestsThatFillABatch_runTogether() throws Exception {
        RequestBatching system = open(plain, 4, FOR_EVER, 1);

        List<CompletableFuture<Generation>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(system.submit(request(1, 3, i)));
        }

        for (CompletableFuture<Generation> answer : answers) {
            assertThat(get(answer).timings().meanBatch()).isEqualTo(4);
        }
    }

    @Test
    void submit_shortBesideLong_isAnsweredWithTheLongAndCostsNothingMeanwhile() throws Exception {
        RequestBatching system = open(plain, 2, FOR_EVER, 1);

        CompletableFuture<Generation> lengthy = system.submit(request(1, 6, 1));
        CompletableFuture<Generation> brief = system.submit(request(1, 2, 0));

        assertThat(get(brief).timings().meanBatch()).isEqualTo(2);
        assertThat(lengthy).isDone();
        assertThat(get(lengthy).timings().meanBatch()).isEqualTo((2 * 2 + 4 * 1) / 6.0);
    }

    @Test
    void submit_moreImagesThanABatch_areMadePartByPart() throws Exception {
        RequestBatching single = open(plain, 1, FOR_EVER, 2);
        RequestBatching three = open(plain, 3, FOR_EVER, 2);
        GenerationRequest request = request(4, 3, 9);

        Generation one = get(single.submit(request));
        Generation parts = get(three.submit(request));

        assertThat(one.timings().meanBatch()).isEqualTo(1);
        assertThat(parts.timings().meanBatch()).isEqualTo((3 * 3 + 1) / 4.0);
        assertThat(one.images()).extracting(GeneratedImage::index).containsExactly(0, 1, 2, 3);
    }

    @Test
    void submit_aloneWithoutDelay_doesNotWaitForOthers() throws Exception {
        RequestBatching system = open(plain, 16, Duration.ZERO, 1);

        assertThat(get(system.submit(request(1, 3, 0))).timings().meanBatch()).isEqualTo(1);
    }

    @Test
    void submit_everySamplerWithLabelsAndGuidance_givesAnImage() throws Exception {
        RequestBatching system = open(labelled, 8, Duration.ZERO, 2);

        List<CompletableFuture<Generation>> answers = new ArrayList<>();
        for (SamplerName sampler : SamplerName.values()) {
            answers.add(system.submit(new GenerationRequest(null, null, 1, 1, 4, sampler, "b", 2, 5, null)));
        }

        for (CompletableFuture<Generation> answer : answers) {
            assertThat(get(answer).images()).hasSize(1);
        }
    }

    @Test
    void rowSteps_ofEverySampler_areWhatTheTrajectoryCalls() {
        for (SamplerName sampler : SamplerName.values()) {
            Arrival arrival = new Arrival(Duration.ZERO, 4, 7, sampler, 1, null, 1, 5, null);

            assertThat(arrival.rowSteps())
                    .as(sampler.wireName())
                    .isEqualTo(4L * plain.trajectory(arrival.request()).networkCalls());
        }
    }

    @Test
    void submit_moreThanTheQueueHolds_isRefused() {
        RequestBatching system = open(plain, 4, Duration.ZERO, 1);

        assertThat(system.submit(request(65, 3, 0)))
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(QueueFullException.class);
    }

    @Test
    void submit_whatTheModelCannotDo_isRefused() {
        RequestBatching system = open(plain, 4, Duration.ZERO, 1);

        assertThat(system.submit(request(1, 1001, 0)))
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(InvalidGenerationException.class);
    }

    @Test
    void submit_deadlinePassedWhenItsTurnComes_fails() {
        RequestBatching system = open(plain, 2, Duration.ZERO, 1);

        assertThat(system.submit(
                        new GenerationRequest(null, null, 1, 1, 4, SamplerName.DDIM, null, 1, 5, Duration.ofNanos(1))))
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void cancel_ofARequestInTheBatch_leavesTheOthersAlone() throws Exception {
        RequestBatching system = open(plain, 2, FOR_EVER, 1);

        CompletableFuture<Generation> unwanted = system.submit(request(1, 1000, 0));
        CompletableFuture<Generation> wanted = system.submit(request(1, 3, 1));
        unwanted.cancel(true);

        assertThat(get(wanted).images()).hasSize(1);
    }

    @Test
    void close_withWorkLeft_failsIt() {
        RequestBatching system = open(plain, 8, FOR_EVER, 1);
        CompletableFuture<Generation> waiting = system.submit(request(1, 3, 0));

        system.close();

        assertThat(waiting)
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(NotReadyException.class);
    }

    @Test
    void rawLoop_ofDdim_runs() throws InterruptedException {
        try (RawLoop raw = new RawLoop(plain, request(1, 5, 0), new Workers(2, 1))) {
            assertThat(raw.rate(3, Duration.ofMillis(1))).isPositive();
            assertThat(raw.loneRate(Duration.ofMillis(1))).isPositive();
            assertThat(raw.loneSeconds(7)).isPositive();
        }
    }
}
