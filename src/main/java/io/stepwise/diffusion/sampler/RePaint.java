package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Mix;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import java.util.ArrayList;
import java.util.List;

/**
 * Inpainting with an ordinary network (Lugmayr et al. 2022, https://arxiv.org/abs/2201.09865, algorithm 1): after every
 * step the known part of the image is replaced by itself, with as much noise as the state has, and every {@code
 * jumpLength} steps the run goes back as many steps, {@code jumpSamples} times, so that both parts grow together. The
 * steps are DDIM's of a given eta, every T/S timesteps (rounded down); a step back is T/S steps of the forward process.
 *
 * @param eta 0 … 1; 1 is the paper's
 * @param jumpLength steps per jump, 1 or more
 * @param jumpSamples how often each stretch is run, 1 (no jumps) or more
 * @param clip of the clean image
 */
public record RePaint(double eta, int jumpLength, int jumpSamples, Clip clip) {
    public RePaint {
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta " + eta + " must be 0 to 1");
        }
        if (jumpLength < 1) {
            throw new IllegalArgumentException("jumpLength " + jumpLength + " must be 1 or more");
        }
        if (jumpSamples < 1) {
            throw new IllegalArgumentException("jumpSamples " + jumpSamples + " must be 1 or more");
        }
    }

    /**
     * A run from pure noise; its steps have a {@link ReverseStep.Known}.
     *
     * @param steps S, 1 … T, the jumps not counted
     */
    public Trajectory trajectory(DiscreteTime network, int steps) {
        return trajectory(network, steps, 1);
    }

    /**
     * The last part of a run of {@code steps}, for starting from the image with noise on it instead of from pure noise.
     *
     * @param strength share of the steps that is run, 0 … 1; at least one step is
     */
    public Trajectory trajectory(DiscreteTime network, int steps, double strength) {
        NoiseSchedule schedule = network.schedule();
        Spacing.requireSteps(schedule.timesteps(), steps);
        Sampler.requireStrength(strength);
        int ratio = schedule.timesteps() / steps;
        int run = Math.max(1, (int) (steps * strength));
        List<ReverseStep> done = new ArrayList<>();
        int draw = 1;
        int above = run;
        for (int place : places(run)) {
            if (place < above) {
                done.add(reverse(network, place * ratio, ratio, draw++));
            } else {
                for (int t = above * ratio; t < place * ratio; t++) {
                    double beta = schedule.beta(t);
                    Mix noisier = new Mix().state(Math.sqrt(1 - beta)).noise(Math.sqrt(beta));
                    done.add(ReverseStep.withoutNetwork(draw++, noisier));
                }
            }
            above = place;
        }
        int top = (run - 1) * ratio;
        return new Trajectory(1, 1, NoiseLevel.preserving(top, schedule.alphasCumprod(top)), done);
    }

    /** The states visited, S-1 … 0, with every jump back. */
    private List<Integer> places(int steps) {
        int[] jumpsLeft = new int[steps];
        for (int place = 0; place < steps - jumpLength; place += jumpLength) {
            jumpsLeft[place] = jumpSamples - 1;
        }
        List<Integer> places = new ArrayList<>();
        int place = steps;
        while (place > 0) {
            places.add(--place);
            if (jumpsLeft[place] > 0) {
                jumpsLeft[place]--;
                for (int i = 0; i < jumpLength; i++) {
                    places.add(++place);
                }
            }
        }
        return places;
    }

    private ReverseStep reverse(DiscreteTime network, int t, int ratio, int draw) {
        NoiseSchedule schedule = network.schedule();
        NoiseLevel from = NoiseLevel.preserving(t, schedule.alphasCumprod(t));
        int next = t - ratio;
        NoiseLevel to = NoiseLevel.preserving(Math.max(next, 0), next < 0 ? 1 : schedule.alphasCumprod(next));
        Parameterization.Call call = network.call(from);
        return ReverseStep.of(call, clip, draw, Ddim.next(eta, call.eps(), from, to))
                .withKnown(new ReverseStep.Known(to.alpha(), to.sigma()), draw);
    }
}
