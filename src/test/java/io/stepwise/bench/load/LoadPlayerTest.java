package io.stepwise.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.bench.load.PlayedArrival.Outcome;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.request.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LoadPlayerTest {
    private static final Duration WINDOW = Duration.ofMillis(4);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<GenerationRequest> asked = new ArrayList<>();
    private final List<CompletableFuture<Generation>> answers = new ArrayList<>();

    private Playback play(Duration patience, Function<GenerationRequest, CompletableFuture<Generation>> answer)
            throws InterruptedException {
        Generator generator = new Generator() {
            @Override
            public CompletableFuture<Generation> submit(GenerationRequest request, GenerationListener listener) {
                asked.add(request);
                answers.add(answer.apply(request));
                return answers.get(answers.size() - 1);
            }

            @Override
            public Readiness readiness() {
                return FakeGenerator.READY;
            }
        };
        return LoadPlayer.play(generator, trace(), patience);
    }

    private static Trace trace() {
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            arrivals.add(Arrival.plain(Duration.ofMillis(i), 10, i, null));
        }
        return new Trace(WINDOW, arrivals);
    }

    @Test
    void play_everyAnswer_isNotedInTheOrderOfArrival() throws InterruptedException {
        Playback playback =
                play(PATIENCE, request -> CompletableFuture.completedFuture(FakeGenerator.generation(request)));

        assertThat(playback.requests()).extracting(PlayedArrival::arrival).isEqualTo(trace().arrivals());
        assertThat(playback.requests()).allMatch(PlayedArrival::completed);
        assertThat(asked).extracting(GenerationRequest::seed).containsExactly(0L, 1L, 2L, 3L);
        assertThat(playback.elapsed()).isGreaterThanOrEqualTo(WINDOW);
        assertThat(playback.lags().count()).isEqualTo(4);
    }

    @Test
    void play_nothingAnswered_stillSubmitsEverythingAndGivesItUp() throws InterruptedException {
        Playback playback = play(Duration.ZERO, request -> new CompletableFuture<>());

        assertThat(asked).hasSize(4);
        assertThat(playback.requests()).extracting(PlayedArrival::outcome).containsOnly(Outcome.LATE);
        assertThat(answers).allMatch(CompletableFuture::isCancelled);
    }

    @Test
    void play_latency_countsFromWhenTheRequestWasDue() throws InterruptedException {
        Playback playback = play(Duration.ZERO, request -> new CompletableFuture<>());

        assertThat(playback.requests())
                .allSatisfy(played -> assertThat(played.arrival().at().plus(played.latency()))
                        .isGreaterThanOrEqualTo(WINDOW)); // they were given up after it
    }

    @Test
    void play_failures_areToldApart() throws InterruptedException {
        List<Throwable> failures = List.of(
                new QueueFullException(Duration.ofSeconds(1)),
                new DeadlineExceededException(Duration.ofSeconds(1), Duration.ofSeconds(2)),
                new IllegalStateException("broken"),
                new CompletionException(new QueueFullException(Duration.ofSeconds(1))));

        Playback playback =
                play(PATIENCE, request -> CompletableFuture.failedFuture(failures.get((int) request.seed())));

        assertThat(playback.requests())
                .extracting(PlayedArrival::outcome)
                .containsExactly(Outcome.REFUSED, Outcome.DEADLINE, Outcome.FAILED, Outcome.REFUSED);
    }
}
