package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every case of samplers-*.json that was made by a scheduler of diffusers, at every step. */
public class SamplersGoldenTest {
    static final double TOLERANCE = 1e-10;

    @TestFactory
    List<DynamicTest> schedulers() {
        List<DynamicTest> tests = new ArrayList<>();
        Golden.files("samplers-").forEach(file -> {
            JsonNode suite = Golden.read(file);
            for (JsonNode golden : suite.path("cases")) {
                if (golden.has("class")) {
                    tests.add(DynamicTest.dynamicTest(golden.get("id").asText(), () -> check(suite, golden)));
                }
            }
        });
        return tests;
    }

    private static void check(JsonNode suite, JsonNode golden) {
        SamplerCase run = SamplerCase.of(suite, golden);
        Trajectory trajectory = run.trajectory();
        List<ReverseStep> calls =
                trajectory.steps().stream().filter(ReverseStep::callsNetwork).toList();
        assertClose("timesteps", timesteps(calls), Golden.doubles(golden.get("timesteps")));
        assertThat(trajectory.initialScale())
                .isCloseTo(golden.get("init_noise_sigma").doubleValue(), within(1e-10 * trajectory.initialScale()));

        List<TrajectoryRun.Done> done = TrajectoryRun.of(trajectory, run.network(), run.noise(0), run::noise).stream()
                .filter(each -> each.step().callsNetwork())
                .toList();
        List<double[]> x = run.x();
        assertThat(done).hasSize(x.size() - 1);
        assertClose("x[0]", done.get(0).before(), x.get(0));
        List<double[]> outputs = Golden.rows(golden.path("model_output"));
        List<double[]> images = Golden.rows(golden.path("pred_x0"));
        for (int i = 0; i < done.size(); i++) {
            if (!outputs.isEmpty()) {
                assertClose("model_output[" + i + "]", done.get(i).out(), outputs.get(i));
            }
            if (!images.isEmpty() && !done.get(i).step().draws()) {
                assertClose("pred_x0[" + i + "]", done.get(i).x0(), images.get(i));
            }
            assertClose("x[" + (i + 1) + "]", done.get(i).after(), x.get(i + 1));
        }
    }

    private static double[] timesteps(List<ReverseStep> calls) {
        return calls.stream().mapToDouble(ReverseStep::timestep).toArray();
    }

    public static void assertClose(String what, double[] actual, double[] expected) {
        double scale =
                Math.max(1, DoubleStream.of(expected).map(Math::abs).max().orElse(1));
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s[%s]", what, i).isCloseTo(expected[i], within(TOLERANCE * scale));
        }
    }
}
