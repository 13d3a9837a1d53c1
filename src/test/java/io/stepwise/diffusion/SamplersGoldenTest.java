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
class SamplersGoldenTest {
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
        DiscreteTime network = SamplerGolden.network(golden.get("config"));
        Sampler sampler = SamplerGolden.sampler(golden);
        Trajectory trajectory =
                sampler.trajectory(network, golden.get("num_inference_steps").asInt());
        List<ReverseStep> calls =
                trajectory.steps().stream().filter(ReverseStep::callsNetwork).toList();
        assertClose("timesteps", timesteps(calls), Golden.doubles(golden.get("timesteps")));
        assertThat(trajectory.initialScale())
                .isCloseTo(golden.get("init_noise_sigma").doubleValue(), within(1e-10 * trajectory.initialScale()));

        double[] xT = Golden.doubles(suite.get("x_T"));
        List<TrajectoryRun.Done> done =
                TrajectoryRun.of(trajectory, model(suite, golden, network), xT, noise(suite, trajectory)).stream()
                        .filter(each -> each.step().callsNetwork())
                        .toList();
        List<double[]> x = Golden.rows(golden.get("x"));
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

    private static TrajectoryRun.Network model(JsonNode suite, JsonNode golden, DiscreteTime network) {
        MixtureModel model =
                MixtureModel.of(suite.get("models").get(golden.get("model").asText()));
        TrajectoryRun.Network exact = model.discrete(network.schedule(), network.prediction());
        if (!golden.get("config").path("variance_type").asText().equals("learned_range")) {
            return exact;
        }
        double[] variance = Golden.doubles(suite.get("variance_channel"));
        return (x, t) -> DoubleStream.concat(DoubleStream.of(exact.apply(x, t)), DoubleStream.of(variance))
                .toArray();
    }

    /** The reference draws row after row; ours name a draw by its step. */
    private static java.util.function.IntFunction<double[]> noise(JsonNode suite, Trajectory trajectory) {
        List<Integer> draws = trajectory.steps().stream()
                .filter(ReverseStep::draws)
                .map(ReverseStep::draw)
                .toList();
        return draw -> Golden.doubles(suite.get("noise").get(draws.indexOf(draw)));
    }

    static void assertClose(String what, double[] actual, double[] expected) {
        double scale =
                Math.max(1, DoubleStream.of(expected).map(Math::abs).max().orElse(1));
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s[%s]", what, i).isCloseTo(expected[i], within(TOLERANCE * scale));
        }
    }
}
