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
 * Denoising diffusion implicit models (Song et al. 2021, https://arxiv.org/abs/2010.02502, eq. 12 and 16): predict the
 * clean image, point from it back to the next lower noise level, and replace a share of the noise by fresh noise.
 *
 * @param eta 0 (no fresh noise) … 1 (as much as DDPM)
 * @param grid of the noise levels
 * @param clip of the clean image
 * @param setAlphaToOne whether the last step of a grid of timesteps goes to the clean image, or to the noise level of
 *     t = 0
 * @param useClippedModelOutput whether eps is derived from the clipped clean image, so that both agree
 * @param stockPrevious whether a step goes to t - T/S as in diffusers, and not to the next timestep that is visited;
 *     the two differ for linspace and where S does not divide T, and there diffusers leaves noise in the image
 */
public record Ddim(
        double eta,
        TimeGrid grid,
        Clip clip,
        boolean setAlphaToOne,
        boolean useClippedModelOutput,
        boolean stockPrevious)
        implements Sampler {

    public Ddim {
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta " + eta + " must be 0 to 1");
        }
    }

    /** Clipped to [-1, 1], to the clean image, every step to the next timestep visited. */
    public static Ddim of(double eta, Spacing spacing) {
        return new Ddim(eta, TimeGrid.of(spacing, 0), Clip.UNIT, true, false, false);
    }

    @Override
    public List<NoiseLevel> levels(Parameterization network, int steps) {
        return grid.preserving(this, network, steps);
    }

    @Override
    public List<NoiseLevel> levelsAt(DiscreteTime network, double[] timesteps) {
        return preserving(
                network.schedule(),
                timesteps,
                setAlphaToOne ? 1 : network.schedule().alphasCumprod(0));
    }

    @Override
    public Trajectory along(Parameterization network, List<NoiseLevel> levels, int first) {
        List<ReverseStep> steps = new ArrayList<>();
        for (int i = first; i < levels.size() - 1; i++) {
            NoiseLevel from = levels.get(i);
            NoiseLevel to = stockPrevious && network instanceof DiscreteTime discrete && grid.visitsTimesteps(network)
                    ? stockPrevious(discrete.schedule(), levels, i)
                    : levels.get(i + 1);
            Parameterization.Call call = network.call(from);
            Mix next = useClippedModelOutput ? clippedNext(from, to) : next(eta, call.eps(), from, to);
            steps.add(ReverseStep.of(call, clip, i + 1, next));
        }
        return new Trajectory(1, 1, levels.get(first), steps);
    }

    /** Eq. 12: {@code x' = alpha'·x0 + direction·eps + deviation·z}. */
    static Mix next(double eta, Mix eps, NoiseLevel from, NoiseLevel to) {
        double deviation = deviation(eta, from, to);
        return new Mix().x0(to.alpha()).plus(direction(to, deviation), eps).noise(deviation);
    }

    /** The same with eps derived from the clipped clean image, {@code (x - alpha·x0) / sigma}. */
    private Mix clippedNext(NoiseLevel from, NoiseLevel to) {
        double deviation = deviation(eta, from, to);
        Mix noise = new Mix().state(1).x0(-from.alpha());
        return new Mix()
                .x0(to.alpha())
                .plus(direction(to, deviation) / from.sigma(), noise)
                .noise(deviation);
    }

    /** The amplitude of eps that makes the noise level {@code to} together with the fresh noise. */
    private static double direction(NoiseLevel to, double deviation) {
        return Math.sqrt(Math.max(0, to.sigma() * to.sigma() - deviation * deviation));
    }

    /** Eq. 16: the standard deviation of the fresh noise. */
    private static double deviation(double eta, NoiseLevel from, NoiseLevel to) {
        double remaining = from.alpha() / to.alpha();
        return eta * to.sigma() / from.sigma() * Math.sqrt(1 - remaining * remaining);
    }

    private static NoiseLevel stockPrevious(NoiseSchedule schedule, List<NoiseLevel> levels, int i) {
        int last = levels.size() - 1;
        int previous = (int) levels.get(i).timestep() - schedule.timesteps() / last;
        return previous < 0 ? levels.get(last) : NoiseLevel.preserving(previous, schedule.alphasCumprod(previous));
    }

    static List<NoiseLevel> preserving(NoiseSchedule schedule, double[] timesteps, double lastAlphasCumprod) {
        List<NoiseLevel> levels = new ArrayList<>();
        for (double t : timesteps) {
            levels.add(NoiseLevel.preserving(t, schedule.alphasCumprod((int) t)));
        }
        levels.add(NoiseLevel.preserving(0, lastAlphasCumprod));
        return levels;
    }
}
