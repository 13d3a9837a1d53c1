package io.stepwise.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.sampler.RePaint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A run of RePaint, from samplers-repaint.json.
 *
 * @param trajectory ours
 * @param network exact, in {@code double}
 * @param noise one row per draw, first the one the run starts from
 * @param mask 1 is known
 * @param image the image that is known in part
 * @param ratio steps of ours that make up one jump back of the reference
 * @param reverse for each operation of the reference whether it calls the network
 * @param x states: before the first operation and after each
 */
@SuppressWarnings("ArrayRecordComponent")
public record RePaintCase(
        Trajectory trajectory,
        TrajectoryRun.Network network,
        List<double[]> noise,
        double[] mask,
        double[] image,
        int ratio,
        List<Boolean> reverse,
        List<double[]> x) {

    /** All of them. */
    public static List<RePaintCase> all() {
        List<RePaintCase> cases = new ArrayList<>();
        Golden.files("samplers-").forEach(file -> {
            JsonNode golden = Golden.read(file);
            if (golden.has("operations")) {
                cases.add(of(golden));
            }
        });
        return cases;
    }

    private static RePaintCase of(JsonNode golden) {
        JsonNode config = golden.get("config");
        JsonNode times = golden.get("set_timesteps");
        SamplerGolden.assumeOnly(config, "eta", "clip_sample");
        Golden.assumeOnly(times, Set.of("num_inference_steps", "jump_length", "jump_n_sample"));
        Clip clip = config.path("clip_sample").asBoolean(true) ? Clip.UNIT : Clip.NONE;
        RePaint sampler = new RePaint(
                config.path("eta").asDouble(0),
                times.path("jump_length").asInt(10),
                times.path("jump_n_sample").asInt(10),
                clip);
        DiscreteTime network = new DiscreteTime(Golden.schedule(config), Prediction.EPSILON);
        int steps = times.get("num_inference_steps").asInt();
        List<Boolean> reverse = new ArrayList<>();
        golden.get("operations")
                .forEach(operation -> reverse.add(operation.asText().equals("step")));
        return new RePaintCase(
                sampler.trajectory(network, steps),
                MixtureModel.of(golden.get("model")).discrete(network.schedule(), Prediction.EPSILON),
                Golden.rows(golden.get("noise")),
                Golden.doubles(golden.get("mask")),
                Golden.doubles(golden.get("original_image")),
                network.schedule().timesteps() / steps,
                reverse,
                Golden.rows(golden.get("x")));
    }
}
