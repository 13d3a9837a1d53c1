package io.stepwise.serving.versions;

import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.sampler.SamplerDefaults;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SourceImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the trajectories of one model and keeps the most recently used. Thread-safe; computing one blocks no other caller. */
final class TrajectoryCache {
    private static final int CAPACITY = 128;
    private static final int QUICK = 50; // trajectories of up to this many steps take microseconds
    private static final int STEPS_PER_JUMP = 25; // of an inpainting, as the paper's 250 steps and jumps of 10

    private final SamplerDefaults defaults;
    private final Parameterization network;
    private final Map<List<Object>, Trajectory> known = new LinkedHashMap<>(16, .75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Object>, Trajectory> eldest) {
            return size() > CAPACITY;
        }
    };

    /**
     * @param defaults how the model's author samples
     * @param network what the model's output means
     */
    TrajectoryCache(SamplerDefaults defaults, Parameterization network) {
        this.defaults = defaults;
        this.network = network;
    }

    /** Adds to {@code errors} the fields of {@code request} that this network can't be sampled with. */
    void check(GenerationRequest request, List<FieldError> errors) {
        new SamplingLimits(network, defaults).check(request, errors);
    }

    /** The trajectory of {@code request}; makes it if it isn't kept. */
    Trajectory get(GenerationRequest request) {
        List<Object> key = key(request);
        synchronized (known) {
            Trajectory trajectory = known.get(key);
            if (trajectory != null) {
                return trajectory;
            }
        }
        Trajectory made = make(request);
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

    private Trajectory make(GenerationRequest request) {
        SourceImage source = request.source();
        double strength = source == null ? 1 : source.strength();
        if (source != null && source.mask() != null) {
            int jump = Math.max(1, Math.round((float) request.steps() / STEPS_PER_JUMP));
            return request.sampler()
                    .inpainting(request.options(), jump, source.resamples(), defaults)
                    .trajectory(network, request.steps(), strength);
        }
        return request.sampler().sampler(request.options(), defaults).trajectory(network, request.steps(), strength);
    }

    private static List<Object> key(GenerationRequest request) {
        SourceImage source = request.source();
        return Arrays.asList(
                request.sampler(),
                request.steps(),
                request.options(),
                source == null ? null : source.strength(),
                source == null || source.mask() == null ? null : source.resamples());
    }
}
