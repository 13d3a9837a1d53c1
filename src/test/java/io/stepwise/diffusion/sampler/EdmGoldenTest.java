package io.stepwise.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.Golden;
import io.stepwise.diffusion.MixtureModel;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.SamplerGolden;
import io.stepwise.diffusion.SamplersGoldenTest;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.TrajectoryRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of samplers-*.json that were made by functions on a preconditioned network: NVlabs/edm and k-diffusion. */
class EdmGoldenTest {
    private static final EdmPreconditioning NETWORK = new EdmPreconditioning(.5);

    @TestFactory
    List<DynamicTest> functions() {
        List<DynamicTest> tests = new ArrayList<>();
        Golden.files("samplers-").forEach(file -> {
            JsonNode suite = Golden.read(file);
            for (JsonNode golden : suite.path("cases")) {
                if (golden.has("function")) {
                    tests.add(DynamicTest.dynamicTest(golden.get("id").asText(), () -> check(suite, golden)));
                }
            }
        });
        return tests;
    }

    @TestFactory
    List<DynamicTest> preconditioning() {
        List<DynamicTest> tests = new ArrayList<>();
        Golden.files("samplers-").forEach(file -> {
            JsonNode table = Golden.read(file).path("preconditioning");
            EdmPreconditioning edm =
                    new EdmPreconditioning(table.path("sigma_data").asDouble(.5));
            for (int i = 0; i < table.path("sigma").size(); i++) {
                int row = i;
                double sigma = table.get("sigma").get(i).doubleValue();
                tests.add(DynamicTest.dynamicTest("sigma " + sigma, () -> {
                    assertRelative(edm.cSkip(sigma), table.get("c_skip").get(row));
                    assertRelative(edm.cOut(sigma), table.get("c_out").get(row));
                    assertRelative(edm.cIn(sigma), table.get("c_in").get(row));
                    assertRelative(edm.cNoise(sigma), table.get("c_noise").get(row));
                    assertRelative(
                            edm.lossWeight(sigma), table.get("loss_weight").get(row));
                }));
            }
        });
        return tests;
    }

    private static void assertRelative(double actual, JsonNode expected) {
        assertThat(actual).isCloseTo(expected.doubleValue(), within(1e-12 * Math.abs(expected.doubleValue())));
    }

    private static void check(JsonNode suite, JsonNode golden) {
        MixtureModel model =
                MixtureModel.of(suite.get("models").get(golden.get("model").asText()));
        List<TrajectoryRun.Done> done = TrajectoryRun.of(
                trajectory(golden),
                model.preconditioned(NETWORK),
                Golden.doubles(suite.get("x_T")),
                draw -> Golden.doubles(suite.get("noise").get(draw - 1)));
        List<TrajectoryRun.Done> calls =
                done.stream().filter(each -> each.step().callsNetwork()).toList();
        assertThat(calls).hasSize(golden.get("nfe").asInt());
        boolean everyCall = golden.has("network_calls");
        JsonNode expected = golden.get(everyCall ? "network_calls" : "steps");
        int stride = everyCall ? 1 : (calls.size() + 1) / expected.size();
        for (int i = 0; i < expected.size(); i++) {
            TrajectoryRun.Done call = calls.get(i * stride);
            SamplersGoldenTest.assertClose(
                    "x of call " + i,
                    call.before(),
                    Golden.doubles(expected.get(i).get("x")));
            JsonNode image = expected.get(i).get(everyCall ? "D" : "denoised");
            SamplersGoldenTest.assertClose("x0 of call " + i, call.x0(), Golden.doubles(image));
        }
        SamplersGoldenTest.assertClose(
                "x_final", done.get(done.size() - 1).after(), Golden.doubles(golden.get("x_final")));
    }

    /** These functions start at {@code sigma·z}, while Stepwise's samplers do as diffusers' EDM schedulers do. */
    private static Trajectory trajectory(JsonNode golden) {
        Trajectory ours = ours(golden);
        NoiseLevel start = ours.start();
        assertThat(ours.initialScale()).isEqualTo(Math.hypot(start.sigma(), 1), within(1e-12));
        return new Trajectory(ours.registers(), start.sigma(), start, ours.steps());
    }

    private static Trajectory ours(JsonNode golden) {
        JsonNode kwargs = golden.get("kwargs");
        String function = golden.get("function").asText();
        if (function.equals("edm_sampler")) {
            return edm(kwargs).trajectory(NETWORK, kwargs.path("num_steps").asInt(18));
        }
        List<NoiseLevel> levels = new ArrayList<>();
        for (double sigma : Golden.doubles(golden.get("sigmas"))) {
            levels.add(NoiseLevel.exploding(0, sigma));
        }
        return kDiffusion(function, kwargs).along(NETWORK, levels, 0);
    }

    private static Sampler kDiffusion(String function, JsonNode kwargs) {
        return switch (function.substring(function.lastIndexOf('.') + 1)) {
            case "sample_heun" -> new Heun(TimeGrid.LINSPACE, Clip.NONE, SamplerGolden.churn(kwargs));
            case "sample_euler" -> new Euler(TimeGrid.LINSPACE, Clip.NONE, SamplerGolden.churn(kwargs), false);
            case "sample_euler_ancestral" -> {
                Golden.assumeOnly(kwargs, Set.of("eta", "s_noise"));
                double eta = kwargs.path("eta").asDouble(1);
                double noise = kwargs.path("s_noise").asDouble(1);
                Assumptions.assumeTrue(eta <= 1, "not supported: eta above 1");
                yield new EulerAncestral(TimeGrid.LINSPACE, Clip.NONE, eta, noise);
            }
            case "sample_dpmpp_2m" -> {
                Golden.assumeOnly(kwargs, Set.of());
                yield DpmSolverPP.secondOrder(TimeGrid.LINSPACE);
            }
            default -> Assumptions.abort("no sampler for " + function);
        };
    }

    private static Sampler edm(JsonNode kwargs) {
        Golden.assumeOnly(
                kwargs, Set.of("num_steps", "sigma_min", "sigma_max", "rho", "S_churn", "S_min", "S_max", "S_noise"));
        Churn churn = new Churn(
                kwargs.path("S_churn").asDouble(0),
                kwargs.path("S_min").asDouble(0),
                kwargs.path("S_max").asDouble(Double.POSITIVE_INFINITY),
                kwargs.path("S_noise").asDouble(1));
        Sigmas sigmas = new Sigmas(
                kwargs.path("sigma_min").asDouble(.002),
                kwargs.path("sigma_max").asDouble(80),
                kwargs.path("rho").asDouble(7));
        return new Heun(TimeGrid.over(sigmas), Clip.NONE, churn);
    }
}
