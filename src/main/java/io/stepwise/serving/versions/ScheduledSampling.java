package io.stepwise.serving.versions;

import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.sampler.Ddim;
import io.stepwise.diffusion.sampler.SamplerDefaults;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SourceImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The samplers of a diffusion model. Keeps the trajectories that were used most recently. Thread-safe; computing one blocks no
 * other caller.
 */
final class ScheduledSampling implements Sampling {
    private static final int CAPACITY = 128;
    private static final int QUICK = 50; // trajectories of up to this many steps take microseconds
    private static final int STEPS_PER_JUMP = 25; // of an inpainting, as the paper's 250 steps and jumps of 10

    private final SamplerDefaults defaults;
    private final Parameterization network;
    private final UsualSampling usual;
    private final Map<List<Object>, Trajectory> known = new LinkedHashMap<>(16, .75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Object>, Trajectory> eldest) {
            return size() > CAPACITY;
        }
    };

    /**
     * @param defaults how the model's author samples
     * @param network what the model's output means
     * @param usual for what a request leaves out
     */
    ScheduledSampling(SamplerDefaults defaults, Parameterization network, UsualSampling usual) {
        this.defaults = defaults;
        this.network = network;
        this.usual = usual;
    }

    @Override
    public void check(GenerationRequest request, List<FieldError> errors) {
        try {
            new SamplingLimits(network, defaults).check(usual.in(request), errors);
        } catch (InvalidMessageException e) {
            errors.addAll(e.errors());
        }
    }

    @Override
    public GenerationRequest completed(GenerationRequest request) {
        return usual.in(request).withUsual();
    }

    @Override
    public Parameterization parameterization() {
        return network;
    }

    @Override
    public Trajectory trial(int steps) {
        return Ddim.of(0, Spacing.TRAILING).trajectory(network, steps);
    }

    /** Makes the trajectory if it isn't kept. */
    @Override
    public Trajectory get(GenerationRequest request) {
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

    @Override
    public boolean has(GenerationRequest request) {
        synchronized (known) {
            return request.stepsOrUsual() <= QUICK || known.containsKey(key(usual.in(request)));
        }
    }

    private Trajectory make(GenerationRequest request) {
        SourceImage source = request.source();
        double strength = source == null ? 1 : source.strengthOrUsual();
        if (source != null && source.mask() != null) {
            int jump = Math.max(1, Math.round((float) request.stepsOrUsual() / STEPS_PER_JUMP));
            return request.samplerOrUsual()
                    .inpainting(request.options(), jump, source.resamplesOrUsual(), defaults)
                    .trajectory(network, request.stepsOrUsual(), strength);
        }
        return request.samplerOrUsual()
                .sampler(request.options(), defaults)
                .trajectory(network, request.stepsOrUsual(), strength);
    }

    private static List<Object> key(GenerationRequest request) {
        SourceImage source = request.source();
        return Arrays.asList(
                request.samplerOrUsual(),
                request.stepsOrUsual(),
                request.options(),
                source == null ? null : source.strengthOrUsual(),
                source == null || source.mask() == null ? null : source.resamplesOrUsual());
    }
}
