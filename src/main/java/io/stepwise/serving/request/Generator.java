package io.stepwise.serving.request;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Makes images: the boundary between those who ask and the engine.
 *
 * <p>INVARIANT: {@link #submit} never blocks. It accepts or refuses at once; a refusal is a stage that has failed, with
 * <ul>
 *   <li>{@link QueueFullException}: too much is waiting already
 *   <li>{@link NotReadyException}: there is no model, or not yet
 *   <li>{@link UnknownModelException}, {@link VersionNotFoundException}: the one asked for does not exist
 *   <li>{@link InvalidGenerationException}: the model can't do what is asked for
 *   <li>{@link DeadlineExceededException}: can't be made in time; known at once or found out on the way
 * </ul>
 *
 * <p>INVARIANT: equal requests to the same version give equal images, whatever else is being made.
 */
public interface Generator {
    /**
     * Asks for images. The stage is completed by a worker thread, where encoding a few images is in place. Cancelling it
     * gives the work up within one denoising step, wherever it is.
     */
    default CompletableFuture<Generation> submit(GenerationRequest request) {
        return submit(request, GenerationListener.NONE);
    }

    /** The same, followed on its way. */
    CompletableFuture<Generation> submit(GenerationRequest request, GenerationListener listener);

    /**
     * The same for who has a thread of its own, such as an event loop, that is free for some tens of microseconds: where the
     * images are few and small the stage is completed there, which spares a hand-over between threads; else by a worker
     * thread.
     *
     * @param near runs what it is given on that thread; never in the caller of {@link Executor#execute}
     */
    default CompletableFuture<Generation> submit(GenerationRequest request, Executor near) {
        return submit(request);
    }

    /** Whether {@link #submit} would accept a request now; never blocks. */
    Readiness readiness();
}
