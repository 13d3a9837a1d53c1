package io.stepwise.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class EffectiveWeightTest {
    /** Two weights of one density differ by the ratio of the weights alone; SNR is e to the log-SNR. */
    @Test
    void of_plainLosses_differByTheErrorsOfTheirPredictions() throws Exception {
        EffectiveWeight v = of("{\"prediction\": \"v_prediction\"}");
        checkRatio(of("{\"prediction\": \"epsilon\"}"), v, snr -> snr / (1 + snr));
        checkRatio(of("{\"prediction\": \"sample\"}"), v, snr -> 1 / (1 + snr));
        EffectiveWeight minSnr = of("{\"prediction\": \"v_prediction\", \"loss_weighting\": \"min_snr\"}");
        checkRatio(minSnr, v, snr -> Math.min(snr, 5) / (1 + snr));
        EffectiveWeight ofImage = of("{\"prediction\": \"sample\", \"loss_weighting\": \"min_snr\"}");
        checkRatio(ofImage, minSnr, snr -> 1);
    }

    /** λ(σ) weighs the error of x0: divided by 1 + SNR that of v. */
    @Test
    void of_edm_isTheDensityTimesLambda() throws Exception {
        EffectiveWeight edm = of("{\"prediction\": \"edm\", \"sigma_data\": 0.5}");
        double[] counts = new double[2];
        for (int j = 0; j < 2; j++) {
            double sigma = Math.exp(-edm.logSnr()[1500 + 100 * j] / 2);
            double z = (Math.log(sigma) + 1.2) / 1.2;
            double lambda = (sigma * sigma + .25) / (sigma * sigma * .25);
            counts[j] = Math.exp(-z * z / 2) * lambda / (1 + 1 / (sigma * sigma));
        }
        assertThat(edm.weight()[1600] / edm.weight()[1500]).isCloseTo(counts[1] / counts[0], within(1e-12));
    }

    @Test
    void of_everyObjective_hasTheAreaOne() throws Exception {
        for (String spec : new String[] {
            "{}",
            "{\"schedule\": \"linear\", \"timestep_sampling\": \"laplace\", \"prediction\": \"sample\"}",
            "{\"prediction\": \"edm\", \"timestep_sampling\": {\"type\": \"laplace\", \"mean\": 2, \"scale\": 1}}"
        }) {
            EffectiveWeight curve = of(spec);
            double area = 0;
            for (int i = 1; i < curve.logSnr().length; i++) {
                assertThat(curve.logSnr()[i]).isGreaterThan(curve.logSnr()[i - 1]);
                area += (curve.weight()[i] + curve.weight()[i - 1]) / 2 * (curve.logSnr()[i] - curve.logSnr()[i - 1]);
            }
            assertThat(area).as(spec).isCloseTo(1, within(.01));
        }
    }

    /** Draws by the losses are weighed back, so they count as uniform ones. */
    @Test
    void of_importance_isThatOfUniform() throws Exception {
        assertThat(of("{\"timestep_sampling\": \"importance\"}").weight()).isEqualTo(of("{}").weight());
        double[] laplace = of("{\"timestep_sampling\": \"laplace\"}").weight();
        assertThat(laplace[500]).isGreaterThan(of("{}").weight()[500] * 2);
    }

    private static void checkRatio(EffectiveWeight one, EffectiveWeight other, DoubleUnaryOperator ofSnr) {
        double scale = Double.NaN;
        for (int i = 0; i < 1000; i += 37) {
            double expected = ofSnr.applyAsDouble(Math.exp(one.logSnr()[i]));
            double actual = one.weight()[i] / other.weight()[i] / expected;
            scale = Double.isNaN(scale) ? actual : scale;
            assertThat(actual).as("log-SNR %s", one.logSnr()[i]).isCloseTo(scale, within(1e-6 * scale));
        }
    }

    private static EffectiveWeight of(String json) throws Exception {
        TrainingSpec spec = TrainingSpecJson.read(json);
        return EffectiveWeight.of(spec);
    }
}
