package io.stepwise.bench.load;

import io.stepwise.bench.load.PlayedArrival.Outcome;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fixed number of requests in flight until it is closed. A refused request is submitted again a little later.
 */
final class ClosedLoop implements AutoCloseable {
    private static final long RETRY_MILLIS = 5;

    private final Generator generator;
    private final LongFunction<GenerationRequest> requests;
    private final Semaphore room;
    private final Thread thread;
    private final Set<CompletableFuture<?>> unanswered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger completions = new AtomicInteger();
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;
    private volatile boolean over; // later failures are caused by the end

    /**
     * Starts at once.
     *
     * @param depth number of requests in flight, at least 1
     * @param requests creates a request from its number, counted from 0
     */
    ClosedLoop(Generator generator, int depth, LongFunction<GenerationRequest> requests) {
        this.generator = generator;
        this.requests = requests;
        room = new Semaphore(depth);
        thread = new Thread(this::run, "closed-loop");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            for (long number = 0; !closed; number++) {
                room.acquire();
                CompletableFuture<?> answer = generator.submit(requests.apply(number));
                unanswered.add(answer);
                answer.whenComplete((generation, reason) -> {
                    unanswered.remove(answer);
                    ended(reason);
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void ended(@Nullable Throwable reason) {
        Outcome outcome = LoadPlayer.outcome(reason);
        if (outcome == Outcome.COMPLETED) {
            completions.incrementAndGet();
        }
        if (outcome == Outcome.FAILED && !over) {
            failure = reason;
        } else if (outcome == Outcome.REFUSED) {
            CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(room::release);
        } else {
            room.release();
        }
    }

    /** The number of completed requests so far. */
    int completions() {
        return completions.get();
    }

    /**
     * Stops submitting and cancels the requests in flight.
     *
     * @throws IllegalStateException if a request failed before
     */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
        over = true;
        for (CompletableFuture<?> answer : unanswered) {
            answer.cancel(true);
        }
        if (failure != null) {
            throw new IllegalStateException("a request failed: " + failure, failure);
        }
    }
}
