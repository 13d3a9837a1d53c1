package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The EMA decay tables of training.json. */
class EmaDecayGoldenTest {
    private static final Pattern HALF_LIFE = Pattern.compile("edm_halflife(\\d+)k_ramp([0-9.]+)_batch(\\d+)");

    @TestFactory
    List<DynamicTest> tables() {
        List<DynamicTest> tests = new ArrayList<>();
        JsonNode tables = Golden.read(Golden.folder().resolve("training.json")).get("ema_decay_tables");
        for (Map.Entry<String, JsonNode> table : tables.properties()) {
            if (table.getKey().equals("edm2_power_function")) {
                tests.addAll(powerFunctions(table.getValue()));
            } else {
                tests.add(DynamicTest.dynamicTest(table.getKey(), () -> {
                    EmaDecay decay = decay(table.getKey(), table.getValue());
                    check(decay, table.getValue().get("n"), table.getValue().get("decay"));
                }));
            }
        }
        return tests;
    }

    private static List<DynamicTest> powerFunctions(JsonNode table) {
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < table.get("std").size(); i++) {
            String width = table.get("std").get(i).asText();
            double gamma = table.get("gamma").get(i).doubleValue();
            tests.add(DynamicTest.dynamicTest("edm2_power_function " + width, () -> {
                EmaDecay.PowerFunction decay = EmaDecay.PowerFunction.ofWidth(Double.parseDouble(width));
                assertThat(decay.gamma()).isCloseTo(gamma, within(1e-10 * gamma));
                check(decay, table.get("n"), table.get("beta").get(width));
            }));
        }
        return tests;
    }

    private static EmaDecay decay(String name, JsonNode table) {
        Matcher halfLife = HALF_LIFE.matcher(name);
        if (halfLife.matches()) {
            return new EmaDecay.HalfLife(
                    1000 * Double.parseDouble(halfLife.group(1)),
                    Double.parseDouble(halfLife.group(2)),
                    Integer.parseInt(halfLife.group(3)));
        }
        Assumptions.assumeTrue(table.has("args"), "table of an unknown kind");
        JsonNode args = table.get("args");
        Golden.assumeOnly(
                args, Set.of("decay", "min_decay", "update_after_step", "use_ema_warmup", "inv_gamma", "power"));
        double max = args.path("decay").asDouble(.9999);
        double min = args.path("min_decay").asDouble(0);
        long after = args.path("update_after_step").asLong(0);
        return args.path("use_ema_warmup").asBoolean(false)
                ? new EmaDecay.InverseGamma(
                        args.path("inv_gamma").asDouble(1), args.path("power").asDouble(2.0 / 3), min, max, after)
                : new EmaDecay.Ramp(min, max, after);
    }

    private static void check(EmaDecay decay, JsonNode steps, JsonNode expected) {
        for (int i = 0; i < steps.size(); i++) {
            assertThat(decay.at(steps.get(i).asLong()))
                    .as("step %s", steps.get(i))
                    .isCloseTo(expected.get(i).doubleValue(), within(1e-12));
        }
    }
}
