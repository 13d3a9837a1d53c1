package io.stepwise.serving;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.serving.request.QueueFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PictureDecodingTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PictureDecoding decoding = new PictureDecoding(3, 1, registry);

    @AfterEach
    void close() {
        decoding.close();
    }

    /** Work that goes on until nobody needs it. */
    private static String untilStopped(BooleanSupplier stop, CountDownLatch begun, CountDownLatch ended) {
        begun.countDown();
        while (!stop.getAsBoolean()) {
            Thread.onSpinWait();
        }
        ended.countDown();
        return "nobody sees this";
    }

    private double open() {
        return registry.get("stepwise.pictures.open").gauge().value();
    }

    @Test
    void submit_work_completesWithItsResultOrItsFailure() throws Exception {
        assertThat(decoding.submit(1, null, stop -> "done").get(9, SECONDS)).isEqualTo("done");
        CompletableFuture<String> failed = decoding.submit(1, Duration.ofSeconds(9), stop -> {
            throw new IllegalStateException("broken");
        });
        assertThatThrownBy(() -> failed.get(9, SECONDS)).hasRootCauseMessage("broken");
        assertThat(open()).isZero();
    }

    @Test
    void submit_moreThanTheCapacity_isRefusedUntilOneEnds() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        CompletableFuture<String> running = decoding.submit(1 << 20, null, stop -> untilStopped(stop, begun, ended));
        begun.await();
        decoding.submit(1, null, stop -> "waits");
        CompletableFuture<String> waiting = decoding.submit(1, null, stop -> "waits");

        assertThatThrownBy(() -> decoding.submit(1, null, stop -> "refused"))
                .isInstanceOfSatisfying(QueueFullException.class, full -> assertThat(full.retryAfter())
                        .isPositive());
        assertThat(open()).isEqualTo(3);

        running.cancel(false);
        ended.await();
        assertThat(waiting.get(9, SECONDS)).isEqualTo("waits");
        assertThat(decoding.submit(1, null, stop -> "taken").get(9, SECONDS)).isEqualTo("taken");
    }

    @Test
    void submit_largePictures_leaveRoomForSmallOnes() throws Exception {
        try (PictureDecoding four = new PictureDecoding(4, 1, new SimpleMeterRegistry())) {
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<String> running =
                    four.submit(1L << 30, null, stop -> untilStopped(stop, begun, new CountDownLatch(1)));
            begun.await();
            four.submit(1L << 30, null, stop -> "waits");
            four.submit(1L << 30, null, stop -> "waits");
            assertThatThrownBy(() -> four.submit(1L << 30, null, stop -> "large"))
                    .isInstanceOf(QueueFullException.class);
            CompletableFuture<String> small = four.submit(1L << 20, null, stop -> "small");
            running.cancel(false);
            assertThat(small.get(9, SECONDS)).isEqualTo("small");
        }
    }

    @Test
    void submit_deadline_endsWhatRunsAndWhatWaits() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Duration soon = Duration.ofMillis(50);
        CompletableFuture<String> running = decoding.submit(1, soon, stop -> untilStopped(stop, begun, ended));
        begun.await();
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Boolean> waiting = decoding.submit(1, Duration.ofNanos(1), stop -> ran.add("late"));

        for (CompletableFuture<?> late : List.of(waiting, running)) {
            assertThatThrownBy(() -> late.get(9, SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
        ended.await();
        decoding.submit(1, null, stop -> "the next").get(9, SECONDS);
        assertThat(ran).isEmpty();
    }

    @Test
    void submit_smallPictures_goBeforeLargeOnesThatCameEarlier() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<String> running =
                decoding.submit(1, null, stop -> untilStopped(stop, begun, new CountDownLatch(1)));
        begun.await();
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Boolean> large = decoding.submit(1L << 30, null, stop -> order.add("large"));
        CompletableFuture<Boolean> small = decoding.submit(1, null, stop -> order.add("small"));

        running.cancel(false);

        small.get(9, SECONDS);
        large.get(9, SECONDS);
        assertThat(order).containsExactly("small", "large");
    }
}
