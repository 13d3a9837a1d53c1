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
 * The latency of requests on an idle system; latency under load is compared with it.
 *
 * @param secondsPerStep seconds per call of the network, by kind of request
 */
record SoloLatency(Map<Kind, Double> secondsPerStep) {
    private static final int STEPS = 20;
    private static final int WARM_UP = 1;
    private static final int REPEATS = 7;

    /**
     * The properties on which the time of a step depends.
     *
     * @param n images
     * @param guided whether each step needs two evaluations of the network
     */
    record Kind(int n, boolean guided) {
        static Kind of(Arrival arrival) {
            return new Kind(arrival.n(), arrival.guided());
        }
    }

    SoloLatency {
        secondsPerStep = Map.copyOf(secondsPerStep);
    }

    /** Measures requests of every kind on an idle {@code generator} several times and takes medians. */
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

    /** The seconds of {@code arrival} alone. */
    double seconds(Arrival arrival) {
        Double step = secondsPerStep.get(Kind.of(arrival));
        if (step == null) {
            throw new IllegalArgumentException(Kind.of(arrival) + " must be one of " + secondsPerStep.keySet());
        }
        return step * arrival.calls();
    }

    /** The seconds of a plain request for one image alone. */
    double seconds(int steps) {
        return seconds(Arrival.plain(Duration.ZERO, steps, 0, null));
    }

    /** The ratio of the latency to the latency of the same request alone. */
    double stretch(PlayedArrival played) {
        return played.seconds() / seconds(played.arrival());
    }
}
