package io.stepwise.serving.versions;

import io.stepwise.diffusion.Trajectory;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SourceImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The most recently used trajectories of one model. Thread-safe; computing one blocks no other caller. */
final class TrajectoryCache {
    private static final int CAPACITY = 128;
    private static final int QUICK = 50; // trajectories of up to this many steps take microseconds

    private final TrajectoryMaker maker;
    private final Map<List<Object>, Trajectory> known = new LinkedHashMap<>(16, .75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Object>, Trajectory> eldest) {
            return size() > CAPACITY;
        }
    };

    TrajectoryCache(TrajectoryMaker maker) {
        this.maker = maker;
    }

    /** The trajectory of {@code request}, computed if it is not cached. */
    Trajectory get(GenerationRequest request) {
        List<Object> key = key(request);
        synchronized (known) {
            Trajectory trajectory = known.get(key);
            if (trajectory != null) {
                return trajectory;
            }
        }
        Trajectory made = maker.make(request);
        synchronized (known) {
            known.put(key, made);
        }
        return made;
    }

    /** Whether {@link #get} takes microseconds. */
    boolean has(GenerationRequest request) {
        synchronized (known) {
            return request.steps() <= QUICK || known.containsKey(key(request));
        }
    }

    private static List<Object> key(GenerationRequest request) {
        SourceImage source = request.source();
        return Arrays.asList(
                request.sampler(),
                request.steps(),
                request.eta(),
                request.spacing(),
                source == null ? null : source.strength(),
                source == null || source.mask() == null ? null : source.resamples());
    }
}
