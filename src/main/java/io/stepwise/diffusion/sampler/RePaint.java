package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Mix;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Inpainting with an ordinary network (Lugmayr et al. 2022, https://arxiv.org/abs/2201.09865, algorithm 1): after every
 * step the known part of the image is replaced by itself, with as much noise as the state has, and every {@code
 * jumpLength} steps the run goes back as many steps, {@code jumpSamples} times, so that both parts grow together. The
 * steps are DDIM's of a given eta, every T/S timesteps (rounded down); a step back is T/S steps of the forward process. A
 * network without timesteps visits the levels of a grid, and a step back is one step of the forward process.
 *
 * @param eta 0 … 1; 1 is the paper's
 * @param jumpLength steps per jump, 1 or more
 * @param jumpSamples how often each stretch is run, 1 (no jumps) or more
 * @param clip of the clean image
 * @param grid of the noise levels of a network without timesteps
 */
public record RePaint(double eta, int jumpLength, int jumpSamples, Clip clip, TimeGrid grid) {
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

    /** For networks of discrete time. */
    public RePaint(double eta, int jumpLength, int jumpSamples, Clip clip) {
        this(eta, jumpLength, jumpSamples, clip, TimeGrid.LINSPACE);
    }

    /**
     * A run from pure noise; its steps have a {@link ReverseStep.Known}.
     *
     * @param steps S, 1 … T, the jumps not counted
     */
    public Trajectory trajectory(Parameterization network, int steps) {
        return trajectory(network, steps, 1);
    }

    /**
     * The last part of a run of {@code steps}, for starting from the image with noise on it instead of from pure noise.
     *
     * @param strength share of the steps that is run, 0 … 1; at least one step is
     */
    public Trajectory trajectory(Parameterization network, int steps, double strength) {
        Sampler.requireStrength(strength);
        List<NoiseLevel> levels = levels(network, steps);
        int run = Math.max(1, (int) (steps * strength));
        List<ReverseStep> done = new ArrayList<>();
        int draw = 1;
        int above = run;
        for (int place : places(run)) {
            if (place < above) {
                done.add(reverse(network, start(levels, place), start(levels, place - 1), draw++));
            } else {
                for (double beta : betas(network, levels, above, place)) {
                    Mix noisier = new Mix().state(Math.sqrt(1 - beta)).noise(Math.sqrt(beta));
                    done.add(ReverseStep.withoutNetwork(draw++, noisier));
                }
            }
            above = place;
        }
        return new Trajectory(1, 1, start(levels, run - 1), done);
    }

    private List<NoiseLevel> levels(Parameterization network, int steps) {
        if (!(network instanceof DiscreteTime discrete)) {
            return grid.preserving(network, steps);
        }
        int trained = discrete.schedule().timesteps();
        Spacing.requireSteps(trained, steps);
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = (steps - 1 - i) * (trained / steps);
        }
        return Ddim.preserving(discrete.schedule(), timesteps, 1);
    }

    /** The noise level that place 0 … S-1 starts at; -1 is the end of the run. */
    private static NoiseLevel start(List<NoiseLevel> levels, int place) {
        return levels.get(levels.size() - 2 - place);
    }

    /** The forward process from the end of place {@code from} to that of place {@code to}. */
    private static double[] betas(Parameterization network, List<NoiseLevel> levels, int from, int to) {
        if (network instanceof DiscreteTime discrete) {
            int ratio = discrete.schedule().timesteps() / (levels.size() - 1);
            return IntStream.range(from * ratio, to * ratio)
                    .mapToDouble(discrete.schedule()::beta)
                    .toArray();
        }
        double remaining =
                start(levels, to - 1).alpha() / start(levels, from - 1).alpha();
        return new double[] {1 - remaining * remaining};
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

    private ReverseStep reverse(Parameterization network, NoiseLevel from, NoiseLevel to, int draw) {
        Parameterization.Call call = network.call(from);
        return ReverseStep.of(call, clip, draw, Ddim.next(eta, call.eps(), from, to))
                .withKnown(new ReverseStep.Known(to.alpha(), to.sigma()), draw);
    }
}
