package io.stepwise.serving.versions;

import io.stepwise.diffusion.Ddim;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.RePaint;
import io.stepwise.diffusion.Sampler;
import io.stepwise.diffusion.SamplerOptions;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SamplerName;
import io.stepwise.serving.request.SourceImage;
import io.stepwise.serving.request.Spacing;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes the trajectory from noise to image of a request.
 *
 * @param scheduler the scheduler of the model's folder
 * @param network the parameterization of the network's output
 */
record TrajectoryMaker(SchedulerConfig scheduler, DiscreteTime network) {
    private static final int STEPS_PER_JUMP = 25; // as the paper's 250 steps and jumps of 10

    Trajectory make(GenerationRequest request) {
        SourceImage source = request.source();
        if (source == null) {
            return sampler(request).trajectory(network, request.steps());
        }
        return source.mask() == null
                ? sampler(request).trajectory(network, request.steps(), source.strength())
                : inpainting(request, source).trajectory(network, request.steps(), source.strength());
    }

    private RePaint inpainting(GenerationRequest request, SourceImage source) {
        return new RePaint(
                request.sampler() == SamplerName.DDPM ? 1 : request.eta(),
                Math.max(1, Math.round((float) request.steps() / STEPS_PER_JUMP)),
                source.resamples(),
                SchedulerBridge.clip(scheduler));
    }

    private Sampler sampler(GenerationRequest request) {
        String name = request.sampler().wireName();
        SamplerOptions options = new SamplerOptions(
                name, request.sampler().takesEta() ? request.eta() : null, spacing(request, name), null);
        Sampler sampler = options.sampler(
                SchedulerBridge.variance(scheduler), SchedulerBridge.clip(scheduler), scheduler.stepsOffset());
        if (sampler instanceof Ddim ddim) {
            sampler = new Ddim(
                    ddim.eta(),
                    ddim.spacing(),
                    ddim.stepsOffset(),
                    ddim.clip(),
                    scheduler.setAlphaToOne(),
                    false,
                    false);
        }
        return sampler;
    }

    /**
     * The spacing of the request; by default, for samplers over discrete timesteps, the spacing of the model's
     * scheduler.
     */
    private @Nullable String spacing(GenerationRequest request, String sampler) {
        Spacing asked = request.spacing();
        if (asked != null) {
            return asked.wireName();
        }
        boolean walks = Set.of("ddim", "ddpm").contains(sampler);
        return walks && SamplerOptions.spacings(sampler).contains(scheduler.timestepSpacing())
                ? scheduler.timestepSpacing()
                : null;
    }
}
