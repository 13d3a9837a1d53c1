package io.stepwise.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.Golden;
import io.stepwise.diffusion.MixtureModel;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.TrajectoryRun;
import io.stepwise.diffusion.sampler.VariationalBound;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The bound of improved-diffusion's calc_bpd_loop, whose every timestep takes one row of noise, from the last on. */
class LikelihoodBoundTest {
    private static final int EVERY_TIMESTEP = 5000;

    private final JsonNode golden =
            Golden.read(Golden.folder().resolve("training.json")).get("vlb");
    private final NoiseSchedule schedule = NoiseSchedule.ofBetas(Golden.doubles(golden.get("betas")));
    private final TrajectoryRun.Network network =
            MixtureModel.of(golden.get("model")).discrete(schedule, Prediction.EPSILON);
    private final float[] x0 = floats(Golden.doubles(golden.get("x_start")));

    @TestFactory
    Stream<DynamicTest> bits_ofEveryTimestep_areTheReferences() {
        return golden.properties().stream()
                .filter(entry -> entry.getValue().has("total_bpd"))
                .map(entry -> dynamicTest(entry.getKey(), () -> {
                    double expected = entry.getValue().get("total_bpd").get(0).doubleValue();
                    double actual = bits(entry.getKey(), EVERY_TIMESTEP, 0);
                    assertThat(actual).isCloseTo(expected, within(2e-5 * expected));
                }));
    }

    @Test
    void bits_ofStretches_haveThatMean() {
        double sum = 0;
        double squares = 0;
        int draws = 2000;
        for (int seed = 0; seed < draws; seed++) {
            double bits = bits("fixed_large", 8, seed);
            sum += bits / draws;
            squares += bits * bits / draws;
        }
        double error = Math.sqrt((squares - sum * sum) / draws);
        double expected = bits("fixed_large", EVERY_TIMESTEP, 0);
        assertThat(error).isBetween(1e-4 * expected, .02 * expected);
        assertThat(sum).isCloseTo(expected, within(4 * error));
    }

    private double bits(String variance, int stretches, long seed) {
        VariationalBound bound = new VariationalBound(schedule, Prediction.EPSILON, Golden.variance(variance), true);
        LikelihoodBound.Noise noise =
                (image, t) -> floats(Golden.doubles(golden.get("noise").get(schedule.timesteps() - 1 - t)));
        return new LikelihoodBound(bound, stretches, (states, timesteps, labels) -> outputs(states, timesteps), noise)
                .bits(0, x0, 0, new SplittableRandom(seed));
    }

    private float[] outputs(float[] states, float[] timesteps) {
        float[] all = new float[2 * states.length];
        float[] variance = floats(Golden.doubles(golden.get("variance_channel")));
        for (int i = 0; i < timesteps.length; i++) {
            double[] state = new double[x0.length];
            int from = i * x0.length;
            Arrays.setAll(state, j -> states[from + j]);
            System.arraycopy(floats(network.apply(state, timesteps[i])), 0, all, 2 * from, x0.length);
            System.arraycopy(variance, 0, all, 2 * from + x0.length, x0.length);
        }
        return all;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Test
    void withoutVariance_ofALearnedOne_keepsThePredictionOfEachRow() {
        LikelihoodBound.Network both = (states, timesteps, labels) -> new float[] {1, 2, 8, 9, 3, 4, 8, 9};

        float[] outputs = LikelihoodBound.withoutVariance(both).outputs(new float[4], new float[2], new long[2]);

        assertThat(outputs).containsExactly(1, 2, 3, 4);
    }
}
