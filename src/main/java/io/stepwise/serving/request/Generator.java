package io.stepwise.serving.request;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Makes images: the boundary between clients and the engine.
 *
 * <p>INVARIANT: {@link #submit} never blocks. It accepts or refuses at once; a refusal is a stage that has failed, with
 * <ul>
 *   <li>{@link QueueFullException}: the queue is full
 *   <li>{@link NotReadyException}: no model is served, or not yet
 *   <li>{@link UnknownModelException}, {@link VersionNotFoundException}: the requested one does not exist
 *   <li>{@link InvalidGenerationException}: the model cannot do what the request asks for
 *   <li>{@link DeadlineExceededException}: the images cannot be made in time; known at once or noticed later
 * </ul>
 *
 * <p>INVARIANT: equal requests to the same version give equal images, whatever other requests are served.
 */
public interface Generator {
    /**
     * Submits a request. A worker thread completes the stage, and may encode a few images there. Cancelling the stage
     * ends the work within one denoising step.
     */
    default CompletableFuture<Generation> submit(GenerationRequest request) {
        return submit(request, GenerationListener.NONE);
    }

    /** The same with a listener for the progress. */
    CompletableFuture<Generation> submit(GenerationRequest request, GenerationListener listener);

    /**
     * The same for a caller with its own thread, such as an event loop, that is free for some tens of microseconds. For
     * few and small images that thread completes the stage, which avoids a hand-over between threads; otherwise a
     * worker thread does.
     *
     * @param near runs a task on that thread, and never within the call of {@link Executor#execute}
     */
    default CompletableFuture<Generation> submit(GenerationRequest request, Executor near) {
        return submit(request);
    }

    /** Counts a request for images that was refused as invalid before it came here. */
    default void refused() {}

    /** Whether {@link #submit} would accept a request now; never blocks. */
    Readiness readiness();
}
