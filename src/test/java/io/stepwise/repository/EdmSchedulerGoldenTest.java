package io.stepwise.repository;

import static io.stepwise.diffusion.SamplersGoldenTest.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.Golden;
import io.stepwise.diffusion.MixtureModel;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.TrajectoryRun;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every case of diffusers' EDM schedulers, from the configuration as a folder has it, at every step. */
class EdmSchedulerGoldenTest {
    @TestFactory
    Stream<DynamicTest> schedulers() {
        JsonNode suite = Golden.read(Golden.folder().resolve("samplers-edm-diffusers.json"));
        JsonNode common = Golden.read(Golden.folder().resolve("samplers-edm.json"));
        return suite.get("cases")
                .valueStream()
                .map(golden -> DynamicTest.dynamicTest(golden.get("id").asText(), () -> check(common, golden)));
    }

    private static void check(JsonNode common, JsonNode golden) throws IOException {
        String className = golden.get("scheduler").asText();
        ObjectNode file = golden.get("config").deepCopy();
        SchedulerConfig config = SchedulerConfigJson.fromObject("case", file.put("_class_name", className));
        assertThat(config).isInstanceOf(EdmSchedulerConfig.class);
        SamplerName sampler =
                switch (className) {
                    case "EDMEulerScheduler" -> SamplerName.EULER;
                    case "EDMDPMSolverMultistepScheduler" -> SamplerName.DPMPP_2M;
                    default -> Assumptions.abort("no sampler for " + className);
                };
        EdmPreconditioning network = (EdmPreconditioning) SchedulerBridge.network(config);
        Trajectory trajectory = sampler.sampler(SamplerOptions.USUAL, SchedulerBridge.samplerDefaults(config))
                .trajectory(network, golden.get("steps").asInt());
        assertThat(trajectory.initialScale())
                .isCloseTo(golden.get("init_noise_sigma").doubleValue(), within(1e-10 * trajectory.initialScale()));
        assertThat(golden.get("noise_rows_used").asInt()).isZero();
        MixtureModel model =
                MixtureModel.of(common.get("models").get(golden.get("model").asText()));
        List<TrajectoryRun.Done> done = TrajectoryRun.of(
                trajectory, model.preconditioned(network), Golden.doubles(common.get("x_T")), draw -> new double[0]);
        assertRun(golden, done);
    }

    private static void assertRun(JsonNode golden, List<TrajectoryRun.Done> done) {
        double[] timesteps = Golden.doubles(golden.get("timesteps"));
        assertThat(done).hasSize(timesteps.length);
        assertClose("x[0]", done.get(0).before(), Golden.doubles(golden.get("x").get(0)));
        for (int i = 0; i < timesteps.length; i++) {
            TrajectoryRun.Done step = done.get(i);
            assertThat(step.step().timestep()).isCloseTo(timesteps[i], within(1e-10));
            double[] input = step.before().clone();
            for (int j = 0; j < input.length; j++) {
                input[j] *= step.step().inputScale();
            }
            assertClose(
                    "scaled_input " + i,
                    input,
                    Golden.doubles(golden.get("scaled_input").get(i)));
            assertClose(
                    "model_output " + i,
                    step.out(),
                    Golden.doubles(golden.get("model_output").get(i)));
            assertClose(
                    "x[" + (i + 1) + "]",
                    step.after(),
                    Golden.doubles(golden.get("x").get(i + 1)));
        }
    }
}
