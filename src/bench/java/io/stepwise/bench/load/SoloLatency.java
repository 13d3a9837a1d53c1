package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.serving.request.Generator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long requests take when nothing else is there: what their latency under load is judged by.
 *
 * @param secondsPerStep per call of the network, by kind of request
 */
record SoloLatency(Map<Kind, Double> secondsPerStep) {
    private static final int STEPS = 20;
    private static final int WARM_UP = 1;
    private static final int REPEATS = 7;

    /**
     * What a step's time depends on.
     *
     * @param n images
     * @param guided whether the network is asked twice
     */
    record Kind(int n, boolean guided) {
        static Kind of(Arrival arrival) {
            return new Kind(arrival.n(), arrival.guided());
        }
    }

    SoloLatency {
        secondsPerStep = Map.copyOf(secondsPerStep);
    }

    /** Asks an idle {@code generator} for a request of every kind, again and again; medians. */
    static SoloLatency measure(Generator generator, Set<Kind> kinds, @Nullable String label)
            throws InterruptedException {
        Map<Kind, Double> seconds = new LinkedHashMap<>();
        for (Kind kind : kinds) {
            Arrival arrival = new Arrival(
                    Duration.ZERO, kind.n(), STEPS, SamplerName.DDIM, 1, label, kind.guided() ? 2 : 1, 5, null);
            List<Double> times = new ArrayList<>();
            for (int i = -WARM_UP; i < REPEATS; i++) {
                double time = LoneClient.seconds(generator, arrival.request());
                if (i >= 0) {
                    times.add(time);
                }
            }
            seconds.put(kind, Distribution.of(times).median() / STEPS);
        }
        return new SoloLatency(seconds);
    }

    /** Seconds that {@code arrival} takes alone. */
    double seconds(Arrival arrival) {
        Double step = secondsPerStep.get(Kind.of(arrival));
        if (step == null) {
            throw new IllegalArgumentException(Kind.of(arrival) + " must be one of " + secondsPerStep.keySet());
        }
        return step * arrival.calls();
    }

    /** Seconds that a plain request of one image takes alone. */
    double seconds(int steps) {
        return seconds(Arrival.plain(Duration.ZERO, steps, 0, null));
    }

    /** How many times longer than alone it took. */
    double stretch(PlayedArrival played) {
        return played.seconds() / seconds(played.arrival());
    }
}
