package io.stepwise.bench.load;

import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import java.util.concurrent.ExecutionException;

/** A client with one request at a time. */
final class LoneClient {
    private LoneClient() {}

    /**
     * Returns the seconds until {@code request} is answered.
     *
     * @throws IllegalStateException if the request fails, because a benchmark must not measure failures
     */
    static double seconds(Generator generator, GenerationRequest request) throws InterruptedException {
        long start = System.nanoTime();
        try {
            generator.submit(request).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a lone request failed: " + e.getCause(), e);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
