package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.sampler.Ddim;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.DpmSolverPP;
import io.stepwise.diffusion.sampler.Sampler;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.diffusion.sampler.TimeGrid;
import io.stepwise.diffusion.sampler.UniPc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every table of timesteps.json, exactly. */
class TimestepsGoldenTest {
    @TestFactory
    List<DynamicTest> tables() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode table :
                Golden.read(Golden.folder().resolve("timesteps.json")).get("tables")) {
            String name = table.get("class").asText() + " T" + table.get("T") + " steps" + table.get("steps") + " "
                    + table.get("timestep_spacing").asText() + "+" + table.get("steps_offset");
            tests.add(DynamicTest.dynamicTest(name, () -> check(table)));
        }
        return tests;
    }

    private static void check(JsonNode table) {
        Spacing spacing = Spacing.of(table.get("timestep_spacing").asText()).orElseThrow();
        int offset = table.get("steps_offset").asInt();
        TimeGrid grid = TimeGrid.of(spacing, offset);
        Sampler sampler =
                switch (table.get("class").asText()) {
                    case "DDIMScheduler" -> new Ddim(0, grid, Clip.UNIT, true, false, false);
                    case "DDPMScheduler" -> new Ddpm(Ddpm.Variance.FIXED_SMALL, grid, Clip.UNIT);
                    case "DPMSolverMultistepScheduler" -> DpmSolverPP.secondOrder(grid);
                    case "UniPCMultistepScheduler" -> UniPc.secondOrder(grid);
                    default -> Assumptions.abort("no sampler for " + table.get("class"));
                };
        NoiseSchedule schedule =
                NoiseSchedule.of(BetaCurve.LINEAR, table.get("T").asInt());
        Trajectory trajectory = sampler.trajectory(
                schedule, Prediction.EPSILON, table.get("steps").asInt());
        double[] timesteps =
                trajectory.steps().stream().mapToDouble(ReverseStep::timestep).toArray();
        assertThat(timesteps).containsExactly(Golden.doubles(table.get("timesteps")));
    }
}
