package io.stepwise.bench.load;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.serving.request.GenerationRequest;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The mix of requests. A class of S steps is drawn with a frequency proportional to 1/S, so every class causes about
 * the same work. One request in ten is for four images; three in ten use a sampler other than DDIM; if the model
 * supports it, one in ten uses guidance of scale 2.
 *
 * @param classes denoising steps, at least one
 * @param labels labels of the model; empty if it has none
 * @param guides whether the model supports guidance
 */
record TraceMix(List<Integer> classes, List<String> labels, boolean guides) {
    /** The steps of the benchmark's classes. */
    static final List<Integer> CLASSES = List.of(10, 20, 50, 100, 250, 500, 1000);

    private static final double SHARE_OF_FOUR = 0.1;
    private static final double SHARE_OF_DDIM = 0.7;
    private static final double SHARE_GUIDED = 0.1;

    TraceMix {
        classes = List.copyOf(classes);
        labels = List.copyOf(labels);
        if (classes.isEmpty() || classes.stream().anyMatch(steps -> steps < 1)) {
            throw new IllegalArgumentException("classes " + classes + " must be one or more numbers of at least 1");
        }
    }

    /** Draws a request of this mix, at time 0. */
    Arrival draw(SplittableRandom random) {
        int n = random.nextDouble() < SHARE_OF_FOUR ? 4 : 1;
        SamplerName[] samplers = SamplerName.values();
        SamplerName sampler = random.nextDouble() < SHARE_OF_DDIM
                ? SamplerName.DDIM
                : samplers[1 + random.nextInt(samplers.length - 1)];
        String label = labels.isEmpty() ? null : labels.get(random.nextInt(labels.size()));
        double guidance = guides && random.nextDouble() < SHARE_GUIDED ? 2 : 1;
        long seed = random.nextLong() >>> 11;
        return new Arrival(
                Duration.ZERO,
                n,
                steps(random),
                sampler,
                seed,
                label,
                guidance,
                GenerationRequest.DEFAULT_PRIORITY,
                null);
    }

    private int steps(SplittableRandom random) {
        double left = random.nextDouble()
                * classes.stream().mapToDouble(steps -> 1.0 / steps).sum();
        for (int steps : classes) {
            left -= 1.0 / steps;
            if (left < 0) {
                return steps;
            }
        }
        return classes.get(classes.size() - 1); // because of rounding
    }
}
