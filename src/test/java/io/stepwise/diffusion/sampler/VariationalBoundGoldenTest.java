package io.stepwise.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.Golden;
import io.stepwise.diffusion.MixtureModel;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.TrajectoryRun;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The variational bound of training.json, made by improved-diffusion, whose tables are float32: tolerance 1e-5, and for
 * terms near zero the rounding of a logarithm.
 */
class VariationalBoundGoldenTest {
    private static final double TOLERANCE = 1e-5; // relative
    private static final double ROUNDING = 1e-7;
    private static final String LOSSES = "training_losses_with_noise_row_";

    private final JsonNode golden =
            Golden.read(Golden.folder().resolve("training.json")).get("vlb");
    private final NoiseSchedule schedule = NoiseSchedule.ofBetas(Golden.doubles(golden.get("betas")));
    private final TrajectoryRun.Network network =
            MixtureModel.of(golden.get("model")).discrete(schedule, Prediction.EPSILON);
    private final double[] x0 = Golden.doubles(golden.get("x_start"));
    private final double[] varianceChannel = Golden.doubles(golden.get("variance_channel"));

    @TestFactory
    Stream<DynamicTest> term_everyTimestep_isTheReferences() {
        return variances()
                .map(variance -> dynamicTest(variance.getKey(), () -> {
                    VariationalBound bound = bound(variance.getKey(), true);
                    JsonNode terms = variance.getValue().get("vb");
                    double total = bound.prior(x0);
                    assertRelative(total, variance.getValue().get("prior_bpd").get(0), "prior");
                    for (int i = 0; i < terms.size(); i++) {
                        int t = schedule.timesteps()
                                - 1
                                - i; // the reference goes down and draws a row of noise for each
                        double term = term(bound, t, i);
                        assertRelative(term, terms.get(i), "t = " + t);
                        total += term;
                    }
                    assertRelative(total, variance.getValue().get("total_bpd").get(0), "total");
                }));
    }

    @TestFactory
    Stream<DynamicTest> term_withoutClipping_isTheReferencesTrainingLoss() {
        return variances()
                .flatMap(variance ->
                        variance.getValue().get(LOSSES + noiseRow(variance.getValue())).properties().stream()
                                .filter(losses -> losses.getValue().has("vb"))
                                .map(losses -> dynamicTest(variance.getKey() + " t = " + losses.getKey(), () -> {
                                    int row = noiseRow(variance.getValue());
                                    double term = term(
                                            bound(variance.getKey(), false), Integer.parseInt(losses.getKey()), row);
                                    double scale =
                                            schedule.timesteps() / 1000.0; // the reference's, to suit the other loss
                                    assertRelative(
                                            scale * term, losses.getValue().get("vb"), "vb");
                                })));
    }

    private static int noiseRow(JsonNode variance) {
        return variance.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> name.startsWith(LOSSES))
                .mapToInt(name -> Integer.parseInt(name.substring(LOSSES.length())))
                .findFirst()
                .orElseThrow();
    }

    private Stream<Map.Entry<String, JsonNode>> variances() {
        return golden.properties().stream().filter(entry -> entry.getValue().has("total_bpd"));
    }

    private VariationalBound bound(String variance, boolean clips) {
        return new VariationalBound(schedule, Prediction.EPSILON, Golden.variance(variance), clips);
    }

    private double term(VariationalBound bound, int t, int noiseRow) {
        double[] noise = Golden.doubles(golden.get("noise").get(noiseRow));
        double[] xt = new double[x0.length];
        for (int i = 0; i < xt.length; i++) {
            double a = schedule.alphasCumprod(t);
            xt[i] = Math.sqrt(a) * x0[i] + Math.sqrt(1 - a) * noise[i];
        }
        double[] out = Arrays.copyOf(network.apply(xt, t), 2 * x0.length);
        System.arraycopy(varianceChannel, 0, out, x0.length, x0.length);
        return bound.term(t, x0, xt, out);
    }

    private static void assertRelative(double actual, JsonNode expected, String what) {
        double value = expected.doubleValue();
        assertThat(actual).as(what).isCloseTo(value, within(TOLERANCE * value + ROUNDING));
    }
}
