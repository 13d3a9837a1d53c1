package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every table of schedules.json, made as its {@code made_by} says. */
class SchedulesGoldenTest {
    private static final Pattern CLIPPED =
            Pattern.compile("course report variant: min\\(beta, ([0-9.]+)\\) applied to (.+)");

    @TestFactory
    List<DynamicTest> schedules() {
        List<DynamicTest> tests = new ArrayList<>();
        Golden.files("schedules").forEach(file -> Golden.read(file)
                .get("schedules")
                .fields()
                .forEachRemaining(
                        entry -> tests.add(DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getValue())))));
        return tests;
    }

    private static void check(JsonNode golden) {
        NoiseSchedule schedule = NoiseSchedule.of(spec(golden));
        double[] betas = Golden.doubles(golden.get("betas"));
        double[] alphasCumprod = Golden.doubles(golden.get("alphas_cumprod"));
        assertThat(schedule.timesteps()).isEqualTo(betas.length);
        for (int t = 0; t < betas.length; t++) {
            // 1 - ratio cancels: a beta is good to 1e-13 absolutely
            assertThat(schedule.beta(t)).as("beta %s", t).isCloseTo(betas[t], within(1e-13 + 1e-12 * betas[t]));
            assertThat(schedule.alphasCumprod(t))
                    .as("alphasCumprod %s", t)
                    .isCloseTo(alphasCumprod[t], within(1e-12 * alphasCumprod[t]));
        }
    }

    private static ScheduleSpec spec(JsonNode golden) {
        Optional<ScheduleSpec> ofDiffusers = Golden.madeByDiffusers(golden);
        if (ofDiffusers.isPresent()) {
            return ofDiffusers.get();
        }
        int timesteps = golden.get("T").asInt();
        String madeBy = golden.get("made_by").asText();
        Matcher clipped = CLIPPED.matcher(madeBy);
        return clipped.matches()
                ? spec(clipped.group(2), timesteps).withMaxBeta(Double.parseDouble(clipped.group(1)))
                : spec(madeBy, timesteps);
    }

    private static ScheduleSpec spec(String maker, int timesteps) {
        return switch (maker) {
            case "linspace(1e-4,0.02)" -> ScheduleSpec.of(BetaCurve.LINEAR, timesteps);
            case "lucidrains linear_beta_schedule (betas scaled by 1000/T)",
                    "improved-diffusion get_named_beta_schedule('linear')" -> ScheduleSpec.linearScaledTo(timesteps);
            case "lucidrains cosine_beta_schedule(s=0.008)",
                    "lucidrains cosine",
                    "improved-diffusion get_named_beta_schedule('cosine')" ->
                ScheduleSpec.of(BetaCurve.COSINE, timesteps);
            case "lucidrains sigmoid_beta_schedule({}) run under torch.set_default_dtype(float64)",
                    "lucidrains sigmoid" -> ScheduleSpec.of(BetaCurve.SIGMOID_SIGNAL, timesteps);
            default -> Assumptions.abort("no schedule like " + maker);
        };
    }
}
