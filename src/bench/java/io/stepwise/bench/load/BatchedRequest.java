package io.stepwise.bench.load;

import io.stepwise.diffusion.Trajectory;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Timings;
import io.stepwise.serving.versions.ServedModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A request in {@link RequestBatching}. After it leaves the queue, only one worker uses it; its result is shared. */
final class BatchedRequest {
    private final GenerationRequest request;
    private final Trajectory trajectory;
    private final CompletableFuture<Generation> result = new CompletableFuture<>();
    private final List<float[]> states = new ArrayList<>();
    private final Instant created = Instant.now();
    private final long acceptedNanos = System.nanoTime();
    private long startedNanos;
    private long steps;
    private long rowsBeside;

    BatchedRequest(GenerationRequest request, Trajectory trajectory) {
        this.request = request;
        this.trajectory = trajectory;
    }

    GenerationRequest request() {
        return request;
    }

    Trajectory trajectory() {
        return trajectory;
    }

    CompletableFuture<Generation> result() {
        return result;
    }

    long acceptedNanos() {
        return acceptedNanos;
    }

    /** Whether the request still needs an answer; a request whose deadline has passed fails here. */
    boolean isWanted() {
        Duration deadline = request.deadline();
        if (deadline != null && System.nanoTime() - acceptedNanos > deadline.toNanos()) {
            fail(new DeadlineExceededException(deadline, deadline));
        }
        return !result.isDone();
    }

    void started() {
        startedNanos = System.nanoTime();
    }

    /** Records a step of one of its rows in a batch of {@code rows}. */
    void stepped(int rows) {
        steps++;
        rowsBeside += rows;
    }

    /** Adds the state of its next image. */
    void made(float[] state) {
        states.add(state);
    }

    void fail(Throwable reason) {
        result.completeExceptionally(reason);
    }

    /** Completes the request with its images. */
    void answer(ServedModel model) {
        Timings timings = new Timings(
                Duration.ofNanos(startedNanos - acceptedNanos),
                Duration.ofNanos(System.nanoTime() - startedNanos),
                (double) rowsBeside / steps);
        result.complete(model.generation(request, created, states, timings));
    }
}
