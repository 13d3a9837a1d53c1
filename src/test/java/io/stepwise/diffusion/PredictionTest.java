package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PredictionTest {
    private static final double X0 = .7;
    private static final double EPS = -1.3;

    /** The image and the noise come back from the state and a network that hits its training target. */
    @ParameterizedTest
    @EnumSource(Prediction.class)
    void imageOf_outputOnTarget_isTheImage(Prediction prediction) {
        for (double a : new double[] {.9999, .5, 4e-5}) {
            double x = Math.sqrt(a) * X0 + Math.sqrt(1 - a) * EPS;
            double out = prediction.targetOfImage(a) * X0 + prediction.targetOfNoise(a) * EPS;
            assertThat(prediction.imageOfState(a) * x + prediction.imageOfOutput(a) * out)
                    .isCloseTo(X0, within(1e-12));
        }
    }

    @ParameterizedTest
    @EnumSource(Prediction.class)
    void call_anyScaleOfTheState_givesImageAndNoise(Prediction prediction) {
        DiscreteTime network = new DiscreteTime(NoiseSchedule.of(BetaCurve.LINEAR, 1000), prediction);
        double sigma = 3;
        double a = 1 / (1 + sigma * sigma);
        double out = prediction.targetOfImage(a) * X0 + prediction.targetOfNoise(a) * EPS;
        for (NoiseLevel level : new NoiseLevel[] {
            NoiseLevel.exploding(5, sigma), NoiseLevel.preservingSigma(5, sigma), new NoiseLevel(5, 2, 6, false)
        }) {
            double x = level.alpha() * X0 + level.sigma() * EPS;
            Parameterization.Call call = network.call(level);
            assertThat(call.inputScale() * x).isCloseTo(Math.sqrt(a) * X0 + Math.sqrt(1 - a) * EPS, within(1e-14));
            assertThat(call.p() * x + call.q() * out).isCloseTo(X0, within(1e-14));
            assertThat(call.noiseOfState() * x + call.noiseOfOutput() * out).isCloseTo(EPS, within(1e-14));
        }
    }

    @Test
    void call_edmNetwork_givesImageAndNoise() {
        EdmPreconditioning edm = new EdmPreconditioning(.5);
        double sigma = 3;
        double out = (X0 - edm.cSkip(sigma) * (X0 + sigma * EPS)) / edm.cOut(sigma);
        for (NoiseLevel level :
                new NoiseLevel[] {NoiseLevel.exploding(0, sigma), NoiseLevel.preservingSigma(0, sigma)}) {
            double x = level.alpha() * X0 + level.sigma() * EPS;
            Parameterization.Call call = edm.call(level);
            assertThat(call.inputScale() * x).isCloseTo(edm.cIn(sigma) * (X0 + sigma * EPS), within(1e-14));
            assertThat(call.p() * x + call.q() * out).isCloseTo(X0, within(1e-14));
            assertThat(call.noiseOfState() * x + call.noiseOfOutput() * out).isCloseTo(EPS, within(1e-14));
            assertThat(call.timestep()).isEqualTo(Math.log(sigma) / 4);
        }
        assertThatThrownBy(() -> new EdmPreconditioning(0)).hasMessage("sigmaData 0.0 must be above 0");
    }

    @Test
    void timestepOf_sigmaOfAnyTimestep_isThatTimestep() {
        DiscreteTime network = new DiscreteTime(NoiseSchedule.of(BetaCurve.COSINE, 300), Prediction.EPSILON);
        for (int t = 0; t < 300; t++) {
            assertThat(network.timestepOf(network.sigma((double) t))).isCloseTo(t, within(1e-9));
        }
        assertThat(network.timestepOf(1e-9)).isZero();
        assertThat(network.timestepOf(1e9)).isEqualTo(299);
    }

    @Test
    void named_everyLabel_isFound() {
        for (Prediction prediction : Prediction.values()) {
            assertThat(Prediction.named(prediction.label())).isEqualTo(prediction);
        }
        assertThatThrownBy(() -> Prediction.named("noise"))
                .hasMessage("prediction 'noise' must be one of epsilon, sample, v_prediction");
    }

    @Test
    void weight_noSignal_staysFinite() {
        for (Prediction prediction : Prediction.values()) {
            assertThat(new LossWeighting.MinSnr(5).weight(0, prediction)).isBetween(0.0, 1.0);
            assertThat(new LossWeighting.P2(1, 1).weight(0, prediction)).isBetween(0.0, 1.0);
            assertThat(new LossWeighting.Snr().weight(0, prediction)).isBetween(0.0, 1.0);
            assertThat(new LossWeighting.Plain().weight(0, prediction)).isEqualTo(1);
        }
        assertThatThrownBy(() -> new LossWeighting.MinSnr(0)).hasMessage("gamma 0.0 must be above 0");
        assertThatThrownBy(() -> new LossWeighting.P2(-1, 1)).hasMessage("k -1.0 must be above 0");
        assertThatThrownBy(() -> new LossWeighting.P2(1, -1)).hasMessage("gamma -1.0 must be 0 or more");
    }
}
