package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every table of schedules.json. */
class SchedulesGoldenTest {
    private static final Pattern ID = Pattern.compile("(\\w+)-(\\w+?)(-zerosnr)?(-clip([0-9.]+))?-T(\\d+)");

    @TestFactory
    List<DynamicTest> schedules() {
        List<DynamicTest> tests = new ArrayList<>();
        Golden.files("schedules").forEach(file -> Golden.read(file)
                .get("schedules")
                .fields()
                .forEachRemaining(entry -> tests.add(
                        DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getKey(), entry.getValue())))));
        return tests;
    }

    private static void check(String id, JsonNode golden) throws JsonProcessingException {
        NoiseSchedule schedule = NoiseSchedule.of(spec(id, golden));
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

    private static ScheduleSpec spec(String id, JsonNode golden) throws JsonProcessingException {
        Matcher parts = ID.matcher(id);
        if (!parts.matches()) {
            Assumptions.abort("id of an unknown form");
        }
        String madeBy = golden.get("made_by").asText();
        if (parts.group(1).equals("diffusers")) {
            JsonNode config = new ObjectMapper().readTree(madeBy.substring(madeBy.indexOf('{')));
            return Golden.schedule(config).spec().orElseThrow();
        }
        int timesteps = Integer.parseInt(parts.group(6));
        boolean report = parts.group(1).equals("report");
        ScheduleSpec spec =
                switch (parts.group(2)) {
                    case "linear" ->
                        report ? ScheduleSpec.of(BetaCurve.LINEAR, timesteps) : ScheduleSpec.linearScaledTo(timesteps);
                    case "cosine" -> ScheduleSpec.of(BetaCurve.COSINE, timesteps);
                    case "sigmoid" -> ScheduleSpec.of(BetaCurve.SIGMOID_SIGNAL, timesteps);
                    default -> Assumptions.abort("unknown curve " + parts.group(2));
                };
        return report ? spec.withMaxBeta(Double.parseDouble(parts.group(5))) : spec;
    }
}
