package io.stepwise.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;

/**
 * A run of a scheduler of diffusers, from samplers-*.json.
 *
 * @param id its name
 * @param trajectory ours
 * @param network exact, in {@code double}
 * @param noise one row per draw: first the one the run starts from, then those of the steps that draw, in their order
 * @param x states: before the first call of the network and after each
 * @param float32Deviation how far the reference itself is off in float32
 */
@SuppressWarnings("ArrayRecordComponent")
public record SamplerCase(
        String id,
        Trajectory trajectory,
        TrajectoryRun.Network network,
        List<double[]> noise,
        List<double[]> x,
        double float32Deviation) {

    /** All cases by their names; a case of a kind that we do not have skips the test that asks for it. */
    public static Map<String, Supplier<SamplerCase>> all() {
        Map<String, Supplier<SamplerCase>> cases = new LinkedHashMap<>();
        Golden.files("samplers-").forEach(file -> {
            JsonNode suite = Golden.read(file);
            for (JsonNode golden : suite.path("cases")) {
                if (golden.has("class")) {
                    cases.put(golden.get("id").asText(), () -> of(suite, golden));
                }
            }
        });
        return cases;
    }

    static SamplerCase of(JsonNode suite, JsonNode golden) {
        DiscreteTime network = SamplerGolden.network(golden.get("config"));
        Trajectory trajectory = SamplerGolden.sampler(golden)
                .trajectory(network, golden.get("num_inference_steps").asInt());
        List<double[]> noise = new ArrayList<>();
        noise.add(Golden.doubles(suite.get("x_T")));
        noise.addAll(Golden.rows(suite.get("noise")));
        return new SamplerCase(
                golden.get("id").asText(),
                trajectory,
                network(suite, golden, network),
                noise,
                Golden.rows(golden.get("x")),
                golden.get("stock_float32_deviation")
                        .get("whole_trajectory_max_abs")
                        .doubleValue());
    }

    private static TrajectoryRun.Network network(JsonNode suite, JsonNode golden, DiscreteTime network) {
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

    /** Whether the network also says the variance. */
    public boolean learnsVariance() {
        return trajectory.steps().stream().anyMatch(step -> step.learnedVariance() != null);
    }

    /** The noise of draw {@code draw}; 0 is the one a run starts from. */
    public double[] noise(int draw) {
        List<Integer> draws = trajectory.steps().stream()
                .filter(ReverseStep::draws)
                .map(ReverseStep::draw)
                .toList();
        return noise.get(draw == 0 ? 0 : 1 + draws.indexOf(draw));
    }
}
