package io.stepwise.bench.load;

import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.request.Readiness;
import io.stepwise.serving.versions.ServedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

/**
 * Serves like general model servers (Triton's dynamic batcher, djl-serving): it batches requests, not steps. A free
 * worker collects the requests at the head of the queue until their images fill a batch or the delay of the first
 * request has passed. It runs the batch to its end. No request joins a running batch, and all its requests are answered
 * when it ends.
 *
 * <p>This is a strong version of that design: rows with different samplers and steps share a batch, and a row costs
 * nothing after its own last step or after its request is cancelled.
 *
 * <p>One worker computes a request with more images than a batch, one batch after another. With a batch of one image,
 * this is serving without batching.
 */
final class RequestBatching implements Generator, ServingSystem {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String name;
    private final ServedModel model;
    private final BatchQueue queue;
    private final List<Thread> threads = new ArrayList<>();

    /**
     * The settings of the batching.
     *
     * @param images largest number of images in a batch, 1 … 1024
     * @param delay time that the first request of a batch waits for others, 0 or more
     */
    record Batching(int images, Duration delay) {
        /** One image at a time. */
        static final Batching NONE = new Batching(1, Duration.ZERO);

        Batching {
            if (images < 1 || images > 1024) {
                throw new IllegalArgumentException("images " + images + " must be 1 … 1024");
            }
            if (delay.isNegative()) {
                throw new IllegalArgumentException("delay " + delay + " must be 0 or more");
            }
        }
    }

    /**
     * Starts the workers.
     *
     * @param name name for reports
     * @param model the caller closes it after this
     * @param capacity images that may wait, at least 1
     */
    RequestBatching(String name, ServedModel model, Batching batching, Workers workers, int capacity) {
        this.name = name;
        this.model = model;
        queue = new BatchQueue(capacity, batching);
        ThreadFactory factory = workers.factory(name);
        for (int i = 0; i < workers.engines(); i++) {
            threads.add(factory.newThread(new BatchWorker(model, queue, batching.images(), i)));
        }
        threads.forEach(Thread::start);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Generator generator() {
        return this;
    }

    @Override
    public CompletableFuture<Generation> submit(GenerationRequest request, GenerationListener listener) {
        List<FieldError> errors = model.check(request);
        if (!errors.isEmpty()) {
            return CompletableFuture.failedFuture(new InvalidGenerationException(errors));
        }
        BatchedRequest batched = new BatchedRequest(request, model.trajectory(request));
        if (!queue.offer(batched)) {
            batched.result().completeExceptionally(new QueueFullException(RETRY));
        }
        return batched.result();
    }

    @Override
    public Readiness readiness() {
        return new Readiness(true, true, "Serving " + model + ".");
    }

    /** Stops the workers after their current step; requests without an answer fail. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the process is about to end
        }
        queue.drain().forEach(request -> request.fail(new NotReadyException("Stopping.", RETRY)));
    }
}
