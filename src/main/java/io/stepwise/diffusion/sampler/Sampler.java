package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import java.util.List;

/**
 * A method of sampling. A sampler chooses the noise levels that it visits, and turns each pair of neighbours into one or
 * two linear {@link ReverseStep}s. It does so before the run, in {@code double}. Where diffusers has the same sampler the
 * numbers are diffusers'. The step at level i draws noise number i+1.
 */
public sealed interface Sampler permits Consistency, Ddim, Ddpm, Euler, EulerAncestral, Heun, DpmSolverPP, UniPc {
    /**
     * The noise levels of a run of {@code steps}: where each step starts, falling, and last the one the run ends at.
     *
     * @throws IllegalArgumentException if steps are not 1 … T, or this sampler can't sample from this network
     */
    List<NoiseLevel> levels(Parameterization network, int steps);

    /**
     * The noise levels of a run that visits given timesteps.
     *
     * @param timesteps in [0, T-1], falling
     */
    List<NoiseLevel> levelsAt(DiscreteTime network, double[] timesteps);

    /**
     * The steps along given levels.
     *
     * @param levels of a whole run, two or more
     * @param first the level to start at, 0 … levels-2; steps above it are left out
     */
    Trajectory along(Parameterization network, List<NoiseLevel> levels, int first);

    /** A run of {@code steps} from pure noise. */
    default Trajectory trajectory(Parameterization network, int steps) {
        return along(network, levels(network, steps), 0);
    }

    /** A run of {@code steps} from pure noise, for a network of discrete time. */
    default Trajectory trajectory(NoiseSchedule schedule, Prediction prediction, int steps) {
        return trajectory(new DiscreteTime(schedule, prediction), steps);
    }

    /**
     * The last part of a run of {@code steps}, for starting from an image with noise on it.
     *
     * @param strength share of the steps that is run, 0 … 1; at least one step is
     */
    default Trajectory trajectory(Parameterization network, int steps, double strength) {
        requireStrength(strength);
        List<NoiseLevel> levels = levels(network, steps);
        int available = levels.size() - 1;
        int run = Math.max(1, (int) (available * strength));
        return along(network, levels, available - run);
    }

    /**
     * A run that visits given timesteps, from pure noise.
     *
     * @param timesteps in 0 … T-1, strictly falling
     */
    default Trajectory trajectory(DiscreteTime network, int[] timesteps) {
        double[] visited = new double[timesteps.length];
        int above = network.schedule().timesteps();
        for (int i = 0; i < timesteps.length; i++) {
            if (timesteps[i] < 0 || timesteps[i] >= above) {
                throw new IllegalArgumentException(
                        "timesteps[" + i + "] " + timesteps[i] + " must be 0 to " + (above - 1));
            }
            above = timesteps[i];
            visited[i] = timesteps[i];
        }
        if (visited.length == 0) {
            throw new IllegalArgumentException("timesteps must not be empty");
        }
        return along(network, levelsAt(network, visited), 0);
    }

    /** @throws IllegalArgumentException unless {@code strength} is 0 … 1 */
    static void requireStrength(double strength) {
        if (!(strength >= 0 && strength <= 1)) {
            throw new IllegalArgumentException("strength " + strength + " must be 0 to 1");
        }
    }
}
