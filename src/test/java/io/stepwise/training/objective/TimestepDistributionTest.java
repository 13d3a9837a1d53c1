package io.stepwise.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.LogSnrDistribution;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimestepDistributionTest {
    private static final DiscreteTime COSINE =
            new DiscreteTime(NoiseSchedule.of(BetaCurve.COSINE, 1000), Prediction.V_PREDICTION);

    @Test
    void of_distributionOfTheLogSnr_isTheDensityTimesTheSpacing() {
        LogSnrDistribution levels = new LogSnrDistribution.Laplace(-1, .75);
        TimestepDistribution distribution = TimestepDistribution.of(COSINE, levels);
        double sum = 0;
        for (int t = 0; t < 1000; t++) {
            sum += distribution.probability(t);
            if (t > 50 && t < 950) {
                double spacing = (logSnr(t - 1) - logSnr(t + 1)) / 2;
                double expected = levels.density(logSnr(t)) * spacing;
                assertThat(distribution.probability(t)).isCloseTo(expected, within(.01 * expected));
            }
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    /** Half of a normal distribution around the least log-SNR lies outside of the schedule, which has none of it. */
    @Test
    void of_meanAtTheEnd_cutsWhatTheScheduleLacks() {
        DiscreteTime network = new DiscreteTime(NoiseSchedule.of(BetaCurve.LINEAR, 1000), Prediction.V_PREDICTION);
        double least = Math.log(network.schedule().snr(999));
        LogSnrDistribution levels = new LogSnrDistribution.Normal(least, 2);
        TimestepDistribution distribution = TimestepDistribution.of(network, levels);
        double spacing =
                Math.log(network.schedule().snr(899) / network.schedule().snr(901)) / 2;
        double expected = 2 * levels.density(Math.log(network.schedule().snr(900))) * spacing;
        assertThat(distribution.probability(900)).isCloseTo(expected, within(.01 * expected));
        assertThat(distribution.cumulative()[999]).isEqualTo(1);
    }

    @Test
    void of_scheduleWithoutSignalAtItsEnd_isFinite() {
        DiscreteTime network = new DiscreteTime(COSINE.schedule().rescaledToZeroTerminalSnr(), Prediction.V_PREDICTION);
        TimestepDistribution distribution = TimestepDistribution.of(network, new LogSnrDistribution.Normal(0, 4));
        for (int t = 0; t < 1000; t++) {
            assertThat(distribution.probability(t)).isPositive().isLessThan(.1);
        }
    }

    @Test
    void draw_manyTimes_hasTheProbabilities() {
        double[] weights = {0, 3, 0, 0, 1, 4, 0};
        TimestepDistribution distribution = TimestepDistribution.of(weights);
        SplittableRandom random = new SplittableRandom(1);
        int[] counts = new int[weights.length];
        for (int i = 0; i < 80_000; i++) {
            counts[distribution.draw(random)]++;
        }
        for (int t = 0; t < weights.length; t++) {
            assertThat(counts[t] / 80_000.0).isCloseTo(weights[t] / 8, within(weights[t] == 0 ? 0 : .008));
        }
    }

    private static double logSnr(int t) {
        return Math.log(COSINE.schedule().snr(t));
    }
}
