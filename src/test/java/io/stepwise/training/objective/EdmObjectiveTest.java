package io.stepwise.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.LogSnrDistribution;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.Parameterization;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EdmObjectiveTest {
    private static final EdmPreconditioning EDM = new EdmPreconditioning(.4);
    private static final EdmObjective OBJECTIVE =
            new EdmObjective(EDM, LogSnrDistribution.Normal.ofLogSigma(-1.2, 1.2));

    /** A network that hits its target gives back the clean image, by the layer that samplers put round it. */
    @Test
    void at_anyNoise_aimsAtTheCleanImageOfTheSampler() {
        for (double sigma : new double[] {.002, .1, .4, 3, 80}) {
            Objective.Level level = OBJECTIVE.at(sigma);
            double[] k = level.coefficients();
            double x0 = .7;
            double noise = -1.3;
            double x = x0 + sigma * noise;
            Parameterization.Call call = EDM.call(NoiseLevel.exploding(0, sigma));
            assertThat(level.timestep()).isEqualTo(call.timestep());
            assertThat(k[0] * x0 + k[1] * noise).isCloseTo(call.inputScale() * x, within(1e-12));
            double target = k[2] * x0 + k[3] * noise;
            assertThat(call.p() * x + call.q() * target).isCloseTo(x0, within(1e-12));
            assertThat(k[4]).isCloseTo(EDM.lossWeight(sigma) * EDM.cOut(sigma) * EDM.cOut(sigma), within(1e-12));
        }
    }

    @Test
    void quarter_ofManyDraws_hasAQuarterOfTheImages() {
        for (LogSnrDistribution levels :
                new LogSnrDistribution[] {OBJECTIVE.levels(), new LogSnrDistribution.Laplace(1, 2)}) {
            EdmObjective objective = new EdmObjective(EDM, levels);
            SplittableRandom random = new SplittableRandom(2);
            int[] counts = new int[4];
            for (int i = 0; i < 40_000; i++) {
                counts[objective.quarter(objective.draw(random, 0).timestep())]++;
            }
            for (int count : counts) {
                assertThat(count / 40_000.0).isCloseTo(.25, within(.012));
            }
        }
        assertThat(OBJECTIVE.quarter(EDM.cNoise(.002))).isZero();
        assertThat(OBJECTIVE.quarter(EDM.cNoise(80))).isEqualTo(3);
    }
}
