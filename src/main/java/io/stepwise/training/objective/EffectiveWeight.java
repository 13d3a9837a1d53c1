package io.stepwise.training.objective;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.LogSnrDistribution;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.training.spec.SigmaData;
import io.stepwise.training.spec.TrainingSpec;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How much each noise level counts in a training: the density of the log-SNRs that are drawn, times the weight of the error
 * of v there. In the error of v every objective can be written, since the errors of all predictions at one noise level differ
 * only by a factor: 1 + SNR from x0, (1 + SNR) / SNR from eps (Kingma and Gao 2023, https://arxiv.org/abs/2303.00848).
 * Adam's updates don't depend on the scale of a loss, so the curve's area is 1.
 *
 * @param logSnr ascending
 * @param weight as long
 */
@SuppressWarnings("ArrayRecordComponent") // only drawn, never compared
public record EffectiveWeight(double[] logSnr, double[] weight) {
    private static final double SIGMA_DATA = .5;
    private static final double RANGE = 30;
    private static final int POINTS = 3001;

    /** Of a specification; a σ_data that is to be measured counts as .5. */
    public static EffectiveWeight of(TrainingSpec spec) {
        LogSnrDistribution levels = spec.timestepSampling().distribution();
        if (spec.prediction().discrete() == null) {
            Double given = Objects.requireNonNullElse(spec.sigmaData(), SigmaData.MEASURED)
                    .value();
            return of(new EdmPreconditioning(given == null ? SIGMA_DATA : given), Objects.requireNonNull(levels));
        }
        DiscreteTime network =
                new DiscreteTime(spec.noiseSchedule(), spec.prediction().discrete());
        double[] weights = spec.lossWeighting().table(network.schedule(), network.prediction());
        return of(network, weights, levels == null ? null : TimestepDistribution.of(network, levels));
    }

    /** @param drawn null for every timestep alike */
    private static EffectiveWeight of(DiscreteTime network, double[] weights, @Nullable TimestepDistribution drawn) {
        int timesteps = weights.length;
        double[] logSnr = new double[timesteps];
        double[] counts = new double[timesteps];
        for (int i = 0; i < timesteps; i++) {
            int t = timesteps - 1 - i;
            double a = network.schedule().alphasCumprod(t);
            double ofOutput = network.prediction().imageOfOutput(a);
            double probability = drawn == null ? 1.0 / timesteps : drawn.probability(t);
            logSnr[i] = TimestepDistribution.logSnr(network, t);
            counts[i] = probability * weights[t] * ofError(a, ofOutput);
        }
        double total = Arrays.stream(counts).sum();
        double[] weight = new double[timesteps];
        for (int i = 0; i < timesteps; i++) {
            double left = logSnr[Math.max(0, i - 1)];
            double right = logSnr[Math.min(timesteps - 1, i + 1)];
            double width = (right - left) / (i == 0 || i == timesteps - 1 ? 1 : 2);
            weight[i] = counts[i] / total / width;
        }
        return new EffectiveWeight(logSnr, weight);
    }

    private static EffectiveWeight of(EdmPreconditioning edm, LogSnrDistribution levels) {
        double[] logSnr = new double[POINTS];
        double[] weight = new double[POINTS];
        double step = 2 * RANGE / (POINTS - 1);
        double total = 0;
        for (int i = 0; i < POINTS; i++) {
            logSnr[i] = -RANGE + i * step;
            double sigma = Math.exp(-logSnr[i] / 2);
            NoiseLevel level = NoiseLevel.preservingSigma(0, sigma);
            weight[i] = levels.density(logSnr[i])
                    * ofError(level.alpha() * level.alpha(), edm.call(level).q());
            total += weight[i] * step;
        }
        double area = total;
        return new EffectiveWeight(
                logSnr, Arrays.stream(weight).map(each -> each / area).toArray());
    }

    /** The factor from the error of v to that of an output whose error is {@code 1 / ofOutput} of x0's. */
    private static double ofError(double alphasCumprod, double ofOutput) {
        return (1 - alphasCumprod) / (ofOutput * ofOutput);
    }
}
