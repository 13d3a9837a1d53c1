package io.stepwise.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.request.Readiness;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
    private final BlockingQueue<CompletableFuture<Generation>> submitted = new LinkedBlockingQueue<>();
    private final Generator generator = new Generator() {
        @Override
        public CompletableFuture<Generation> submit(GenerationRequest request, GenerationListener listener) {
            CompletableFuture<Generation> answer = new CompletableFuture<>();
            submitted.add(answer);
            return answer;
        }

        @Override
        public Readiness readiness() {
            return FakeGenerator.READY;
        }
    };

    private ClosedLoop loop(int depth) {
        return new ClosedLoop(generator, depth, ClosedLoopTest::request);
    }

    private static GenerationRequest request(long number) {
        return Arrival.plain(Duration.ZERO, 10, number, null).request();
    }

    private CompletableFuture<Generation> next() throws InterruptedException {
        CompletableFuture<Generation> answer = submitted.poll(60, TimeUnit.SECONDS);
        assertThat(answer).isNotNull();
        return answer;
    }

    @Test
    void loop_answered_asksForOneMore() throws InterruptedException {
        try (ClosedLoop loop = loop(2)) {
            CompletableFuture<Generation> first = next();
            next();
            assertThat(submitted).isEmpty();

            first.complete(FakeGenerator.generation(request(0)));

            assertThat(next()).isNotDone();
            assertThat(loop.completions()).isEqualTo(1);
        }
    }

    @Test
    void loop_refused_asksAgain() throws InterruptedException {
        try (ClosedLoop loop = loop(1)) {
            next().completeExceptionally(new QueueFullException(Duration.ofSeconds(1)));

            assertThat(next()).isNotDone();
            assertThat(loop.completions()).isZero();
        }
    }

    @Test
    void close_withRequestsUnanswered_cancelsThem() throws InterruptedException {
        ClosedLoop loop = loop(1);
        CompletableFuture<Generation> answer = next();

        loop.close();

        assertThat(answer).isCancelled();
    }

    @Test
    void close_afterAFailure_tells() throws InterruptedException {
        ClosedLoop loop = loop(2);
        next();
        next().completeExceptionally(new IllegalStateException("broken"));

        assertThatThrownBy(loop::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("broken");
    }
}
