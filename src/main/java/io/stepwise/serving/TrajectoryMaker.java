package io.stepwise.serving;

import io.stepwise.diffusion.Ddim;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Sampler;
import io.stepwise.diffusion.SamplerOptions;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.SchedulerConfig;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the way from noise to an image that a request asks for.
 *
 * @param scheduler how the model's author samples
 * @param network what the model's output means
 */
record TrajectoryMaker(SchedulerConfig scheduler, DiscreteTime network) {
    Trajectory make(GenerationRequest request) {
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
        return sampler.trajectory(network, request.steps());
    }

    /** What the request says; else, for the samplers that walk the timesteps, what the model's author says. */
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
