package io.stepwise.serving;

import io.stepwise.image.Pixels;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.QueuePlace;
import io.stepwise.serving.request.Readiness;
import io.stepwise.serving.request.Timings;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Stands in for the engine in tests of HTTP: paints (seed, index), fails or never ends, as told. */
@Singleton
@Alternative
@Priority(1)
public class FakeGenerator implements Generator {
    public static final String CHECKPOINT = "ab".repeat(32);
    public static final int SIDE = 8;
    public static final Readiness READY = new Readiness(true, true, "faces 3 is served");

    public volatile GenerationRequest last;
    public volatile GenerationListener lastListener;
    public volatile RuntimeException failure;
    public volatile Readiness readiness = READY;

    /** What has been submitted while {@link #hold} was true: work that nobody does. */
    public final BlockingQueue<CompletableFuture<Generation>> held = new LinkedBlockingQueue<>();

    public volatile boolean hold;

    /** The place of every request. */
    public volatile QueuePlace place = QueuePlace.OVER;

    /** How many requests were taken. */
    public final AtomicInteger submitted = new AtomicInteger();

    /** How many requests were refused before they came here. */
    public final AtomicInteger refused = new AtomicInteger();

    @Override
    public void refused() {
        refused.incrementAndGet();
    }

    public void reset() {
        refused.set(0);
        hold = false;
        submitted.set(0);
        held.clear();
        last = null;
        failure = null;
        readiness = READY;
    }

    @Override
    public CompletableFuture<Generation> submit(GenerationRequest asked, GenerationListener listener) {
        GenerationRequest request = asked.withUsual();
        last = request;
        lastListener = listener;
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        submitted.incrementAndGet();
        listener.accepted(() -> place);
        if (hold) {
            CompletableFuture<Generation> work = new CompletableFuture<>();
            held.add(work);
            return work;
        }
        return CompletableFuture.supplyAsync(() -> {
            tell(request, listener);
            return generation(request);
        });
    }

    /** As if every image took its steps one after the other. */
    private static void tell(GenerationRequest request, GenerationListener listener) {
        long all = (long) request.n() * request.steps();
        for (int i = 0; i < request.n(); i++) {
            for (int step = 1; step <= request.steps(); step++) {
                int every = listener.previewEvery();
                if (every > 0 && step % every == 0 && step < request.steps()) {
                    listener.previewed(
                            new GeneratedImage(
                                    request.firstIndex() + i, request.seed(), request.label(), pixels(step, i)),
                            step);
                }
                listener.progressed((long) i * request.steps() + step, all);
            }
        }
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    public static Generation generation(GenerationRequest asked) {
        GenerationRequest request = asked.withUsual();
        return new Generation(
                "gen-1",
                Instant.parse("2025-01-02T03:04:05Z"),
                request.model() == null ? "faces" : request.model(),
                request.version() == null ? 3 : request.version(),
                CHECKPOINT,
                request,
                IntStream.range(0, request.n())
                        .mapToObj(i -> new GeneratedImage(
                                request.firstIndex() + i,
                                request.seed(),
                                request.label(),
                                pixels(request.seed(), request.firstIndex() + i)))
                        .toList(),
                new Timings(Duration.ofMillis(1), Duration.ofMillis(2500), 4.5));
    }

    public static Pixels pixels(long seed, int index) {
        byte[] data = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (seed * 31 + index * 50L + i);
        }
        return new Pixels(SIDE, SIDE, 3, data);
    }
}
