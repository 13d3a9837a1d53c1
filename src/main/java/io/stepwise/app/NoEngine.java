package io.stepwise.app;

import io.stepwise.serving.Generation;
import io.stepwise.serving.GenerationRequest;
import io.stepwise.serving.Generator;
import io.stepwise.serving.NotReadyException;
import io.stepwise.serving.Readiness;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Refuses every request: what a service without an engine can do. */
final class NoEngine implements Generator {
    private static final String REASON = "This build has no engine to generate with.";

    @Override
    public CompletionStage<Generation> submit(GenerationRequest request) {
        return CompletableFuture.failedFuture(new NotReadyException(REASON, Duration.ofMinutes(1)));
    }

    @Override
    public Readiness readiness() {
        return new Readiness(true, false, REASON);
    }
}
