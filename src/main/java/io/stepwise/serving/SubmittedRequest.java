package io.stepwise.serving;

import io.stepwise.serving.engine.GenerationTrace;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to the scheduler.
 *
 * @param created when it came
 * @param nanos the same, in nanoseconds of the scheduler's clock
 * @param near completes the answer if that takes only microseconds
 * @param trace null if it is not traced
 */
record SubmittedRequest(
        GenerationRequest request,
        GenerationListener listener,
        Instant created,
        long nanos,
        Executor near,
        CompletableFuture<Generation> answer,
        @Nullable GenerationTrace trace) {

    /** Answers with {@code generation}, or where {@code failure} isn't null with what it was caused by. */
    void complete(@Nullable Generation generation, @Nullable Throwable failure) {
        if (failure == null) {
            answer.complete(Objects.requireNonNull(generation));
        } else {
            answer.completeExceptionally(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
        }
    }
}
