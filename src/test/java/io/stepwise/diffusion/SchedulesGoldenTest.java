package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every table of schedules.json, made as its {@code made_by} says. */
class SchedulesGoldenTest {
    private static final Pattern CLIPPED =
            Pattern.compile("course report variant: min\\(beta, ([0-9.]+)\\) applied to (.+)");

    private static final Pattern SIGMOID = Pattern.compile(
            "lucidrains sigmoid_beta_schedule\\((\\{.*})\\) run under torch\\.set_default_dtype\\(float64\\)");

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
            case "lucidrains sigmoid" -> ScheduleSpec.of(BetaCurve.SIGMOID_SIGNAL, timesteps);
            default -> sigmoid(maker, timesteps);
        };
    }

    /** The curve with the arguments that are named, as Python or JSON writes a dictionary. */
    private static ScheduleSpec sigmoid(String maker, int timesteps) {
        Matcher call = SIGMOID.matcher(maker);
        if (!call.matches()) {
            return Assumptions.abort("no schedule like " + maker);
        }
        JsonNode arguments = Golden.parse(call.group(1).replace('\'', '"'));
        Golden.assumeOnly(arguments, Set.of("start", "end", "tau"));
        return ScheduleSpec.of(BetaCurve.SIGMOID_SIGNAL, timesteps)
                .withSigmoid(new ScheduleSpec.Sigmoid(
                        arguments.path("start").asDouble(-3),
                        arguments.path("end").asDouble(3),
                        arguments.path("tau").asDouble(1)));
    }

    /** Independent of the vectors: their formula written down once more, at constants that they lack. */
    @Test
    void sigmoid_otherConstants_isLucidrainsFormula() {
        ScheduleSpec spec = sigmoid(
                "lucidrains sigmoid_beta_schedule({'start': 0, 'end': 3, 'tau': 0.7}) run under torch.set_default_dtype(float64)",
                200);
        NoiseSchedule schedule = NoiseSchedule.of(spec.withMaxBeta(1));
        double low = 1 / (1 + Math.exp(-0 / .7));
        double high = 1 / (1 + Math.exp(-3 / .7));
        for (int t = 0; t < 200; t++) {
            double sigmoid = 1 / (1 + Math.exp(-(t + 1) / 200.0 * 3 / .7));
            double expected = (high - sigmoid) / (high - low); // 1 before the first timestep
            assertThat(schedule.alphasCumprod(t)).isCloseTo(expected, within(1e-12));
        }
    }
}
