package io.stepwise.bench.load;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.serving.request.GenerationRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request of a {@link Trace}. It does not name a model, so a trace can be replayed on another one.
 *
 * @param at arrival time from the start of the trace, 0 or more
 * @param n images, at least 1
 * @param steps denoising steps; requests with the same number of steps are a class of the report
 * @param sampler the sampler
 * @param seed 0 … 2⁵³ - 1, so that JSON can represent it
 * @param label a class of the model, or null
 * @param guidance scale of guidance; 1 is off
 * @param priority as in {@link GenerationRequest}
 * @param deadline as in {@link GenerationRequest}
 */
record Arrival(
        Duration at,
        int n,
        int steps,
        SamplerName sampler,
        long seed,
        @Nullable String label,
        double guidance,
        int priority,
        @Nullable Duration deadline) {
    private static final long MAX_SEED = (1L << 53) - 1;

    Arrival {
        if (at.isNegative()) {
            throw new IllegalArgumentException("at " + at + " must be 0 or more");
        }
        if (seed < 0 || seed > MAX_SEED) {
            throw new IllegalArgumentException("seed " + seed + " must be 0 … " + MAX_SEED);
        }
        request(n, steps, sampler, seed, label, guidance, priority, deadline); // checks the rest
    }

    /** A plain DDIM request: one image, no label. */
    static Arrival plain(Duration at, int steps, long seed, @Nullable String label) {
        return new Arrival(at, 1, steps, SamplerName.DDIM, seed, label, 1, GenerationRequest.DEFAULT_PRIORITY, null);
    }

    /** The same request at another time. */
    Arrival at(Duration other) {
        return new Arrival(other, n, steps, sampler, seed, label, guidance, priority, deadline);
    }

    /** The request to submit. */
    GenerationRequest request() {
        return request(n, steps, sampler, seed, label, guidance, priority, deadline);
    }

    private static GenerationRequest request(
            int n,
            int steps,
            SamplerName sampler,
            long seed,
            @Nullable String label,
            double guidance,
            int priority,
            @Nullable Duration deadline) {
        return new GenerationRequest(null, null, n, seed, steps, sampler, label, guidance, priority, deadline);
    }

    /** Whether each step needs two evaluations of the network. */
    boolean guided() {
        return guidance != 1;
    }

    /** Consecutive calls of the network for one image; Heun corrects every step except the last. */
    int calls() {
        return sampler.networkCalls(steps);
    }

    /** The number of rows that the network computes for the whole request. */
    long rowSteps() {
        return (long) n * calls() * (guided() ? 2 : 1);
    }
}
