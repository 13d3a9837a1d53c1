package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The weights of training.json, which were made with a float32 schedule: tolerance 1e-6. */
class LossWeightingGoldenTest {
    private static final double TOLERANCE = 1e-6;
    private static final Pattern P2 = Pattern.compile("p2_k([0-9.]+)_gamma([0-9.]+)_(epsilon|v)");

    private final JsonNode training = Golden.read(Golden.folder().resolve("training.json"));
    private final JsonNode losses = training.get("float64").get("losses");
    private final double[] snr = Golden.doubles(losses.get("snr"));

    /** Those of any k and gamma. */
    @TestFactory
    Stream<DynamicTest> lossesOfP2() {
        return losses.properties().stream()
                .map(entry -> P2.matcher(entry.getKey()))
                .filter(Matcher::matches)
                .map(name -> loss(
                        name.group(),
                        new LossWeighting.P2(Double.parseDouble(name.group(1)), Double.parseDouble(name.group(2))),
                        name.group(3).equals("v") ? Prediction.V_PREDICTION : Prediction.EPSILON,
                        name.group(3) + "_mse_per_sample"));
    }

    @TestFactory
    List<DynamicTest> weights() {
        LossWeighting minSnr =
                new LossWeighting.MinSnr(losses.get("min_snr_gamma").doubleValue());
        return List.of(
                DynamicTest.dynamicTest("snr of the schedule", this::checkSnr),
                weights("min_snr_weight_epsilon", minSnr, Prediction.EPSILON),
                weights("min_snr_weight_v", minSnr, Prediction.V_PREDICTION),
                weights("min_snr_weight_sample", minSnr, Prediction.SAMPLE),
                weights("snr", new LossWeighting.Snr(), Prediction.SAMPLE),
                loss("min_snr_epsilon", minSnr, Prediction.EPSILON, "epsilon_mse_per_sample"),
                loss("min_snr_v", minSnr, Prediction.V_PREDICTION, "v_mse_per_sample"),
                loss("epsilon_mse", new LossWeighting.Plain(), Prediction.EPSILON, "epsilon_mse_per_sample"));
    }

    private DynamicTest weights(String key, LossWeighting weighting, Prediction prediction) {
        return DynamicTest.dynamicTest(key, () -> {
            for (int i = 0; i < snr.length; i++) {
                double expected = losses.get(key).get(i).doubleValue();
                assertThat(weighting.weight(snr[i], prediction)).isCloseTo(expected, within(TOLERANCE * expected));
            }
        });
    }

    private DynamicTest loss(String key, LossWeighting weighting, Prediction prediction, String perSample) {
        return DynamicTest.dynamicTest(key, () -> {
            double mean = 0;
            for (int i = 0; i < snr.length; i++) {
                double error = losses.get(perSample).get(i).doubleValue();
                mean += weighting.weight(snr[i], prediction) * error / snr.length;
            }
            double expected = losses.get(key).doubleValue();
            assertThat(mean).isCloseTo(expected, within(TOLERANCE * expected));
        });
    }

    /** A float32 table is off by 5e-5 where 1 - alphasCumprod cancels. */
    private void checkSnr() throws IOException {
        NoiseSchedule schedule = NoiseSchedule.of(Golden.trainingSchedule(training));
        double[] table = new LossWeighting.Snr().table(schedule, Prediction.SAMPLE);
        long[] timesteps = timesteps();
        for (int i = 0; i < snr.length; i++) {
            assertThat(table[(int) timesteps[i]]).isCloseTo(snr[i], within(1e-4 * snr[i]));
        }
    }

    /** The tensor batch0.t: the header is an eight-byte length and JSON. */
    private long[] timesteps() throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(Golden.folder().resolve("training.safetensors")))
                .order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) file.getLong();
        String header = new String(file.array(), 8, length, StandardCharsets.UTF_8);
        int start = new ObjectMapper()
                .readTree(header)
                .get("batch0.t")
                .get("data_offsets")
                .get(0)
                .asInt();
        long[] timesteps = new long[snr.length];
        file.position(8 + length + start);
        file.asLongBuffer().get(timesteps);
        return timesteps;
    }
}
