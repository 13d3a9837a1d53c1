package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The inpainting runs among samplers-*.json, at every operation. */
class RePaintGoldenTest {
    @TestFactory
    List<DynamicTest> runs() {
        List<DynamicTest> tests = new ArrayList<>();
        Golden.files("samplers-").forEach(file -> {
            JsonNode golden = Golden.read(file);
            if (golden.has("operations")) {
                tests.add(DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(golden)));
            }
        });
        return tests;
    }

    private static void check(JsonNode golden) {
        JsonNode config = golden.get("config");
        Golden.assumeOnly(
                config, Set.of("num_train_timesteps", "beta_schedule", "beta_start", "beta_end", "eta", "clip_sample"));
        Assumptions.assumeTrue(golden.get("class").asText().startsWith("RePaintScheduler"), "not RePaint");
        JsonNode times = golden.get("set_timesteps");
        Clip clip = config.path("clip_sample").asBoolean(true) ? Clip.UNIT : Clip.NONE;
        RePaint sampler = new RePaint(
                config.path("eta").asDouble(0),
                times.path("jump_length").asInt(10),
                times.path("jump_n_sample").asInt(10),
                clip);
        DiscreteTime network = new DiscreteTime(Golden.schedule(config), Prediction.EPSILON);
        int steps = times.get("num_inference_steps").asInt();
        int ratio = network.schedule().timesteps() / steps;
        List<double[]> noise = Golden.rows(golden.get("noise"));
        List<TrajectoryRun.Done> done = TrajectoryRun.inpainting(
                sampler.trajectory(network, steps),
                MixtureModel.of(golden.get("model")).discrete(network.schedule(), Prediction.EPSILON),
                noise.get(0),
                noise::get,
                new TrajectoryRun.Inpainting(
                        Golden.doubles(golden.get("mask")), Golden.doubles(golden.get("original_image"))));

        List<double[]> x = Golden.rows(golden.get("x"));
        SamplersGoldenTest.assertClose("x[0]", done.get(0).before(), x.get(0));
        int at = 0;
        for (int i = 0; i < golden.get("operations").size(); i++) {
            boolean reverse = golden.get("operations").get(i).asText().equals("step");
            at += reverse ? 1 : ratio;
            assertThat(done.get(at - 1).step().callsNetwork()).isEqualTo(reverse);
            SamplersGoldenTest.assertClose(
                    "x[" + (i + 1) + "]", done.get(at - 1).after(), x.get(i + 1));
        }
        assertThat(done).hasSize(at);
    }
}
