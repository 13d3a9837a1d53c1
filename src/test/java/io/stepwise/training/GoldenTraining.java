package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.diffusion.Golden;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.ScheduleSpec;
import io.stepwise.model.GoldenUNet;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.Precision;
import io.stepwise.model.training.Loss;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.model.training.TrainingNetwork;
import io.stepwise.repository.safetensors.GoldenNumbers;
import io.stepwise.repository.safetensors.Safetensors;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * What training.json was computed from: a network at its initial weights, three batches, and the schedule in the
 * float32 that the references keep it in, also where they computed in float64.
 */
final class GoldenTraining implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final JsonNode json;
    final Safetensors tensors;
    private final GoldenUNet golden;
    private final JsonNode alphasCumprod;
    private final NDManager manager = NDManager.newBaseManager();

    GoldenTraining() throws IOException {
        json = JSON.readTree(GoldenUNet.root().resolve("training.json").toFile());
        golden = GoldenUNet.read(GoldenUNet.root().resolve(json.get("model").asText()));
        tensors = Safetensors.open(GoldenUNet.root().resolve("training.safetensors"));
        alphasCumprod = float32Schedule();
    }

    /** The table of the schedule that training.json names, as diffusers has it. */
    private JsonNode float32Schedule() throws IOException {
        ScheduleSpec spec = Golden.trainingSchedule(json);
        JsonNode schedules =
                JSON.readTree(GoldenUNet.root().resolve("schedules.json").toFile());
        for (JsonNode schedule : schedules.get("schedules")) {
            if (Golden.madeByDiffusers(schedule).equals(Optional.of(spec))) {
                return schedule.get("alphas_cumprod_float32");
            }
        }
        return Assumptions.abort("schedules.json has no float32 table of " + spec);
    }

    TrainingNetwork network(Loss loss) {
        return new TrainingNetwork(manager, golden.net(), golden.weights(), Precision.F32, loss);
    }

    /** Batch number {@code number} for a network that predicts {@code prediction}, every sample's loss counted once. */
    TrainingBatch batch(int number, Prediction prediction) throws IOException {
        float[] timesteps = numbers(number, "t");
        int size = timesteps.length;
        float[] coefficients = new float[5 * size];
        for (int i = 0; i < size; i++) {
            double a = alphasCumprod((int) timesteps[i]);
            coefficients[i] = (float) Math.sqrt(a);
            coefficients[size + i] = (float) Math.sqrt(1 - a);
            coefficients[2 * size + i] = (float) prediction.targetOfImage(a);
            coefficients[3 * size + i] = (float) prediction.targetOfNoise(a);
            coefficients[4 * size + i] = 1;
        }
        return new TrainingBatch(
                numbers(number, "x0"), numbers(number, "noise"), timesteps, new long[size], coefficients);
    }

    /** Part {@code part} of {@code parts} equal ones of a batch, every loss with its share of the weight. */
    static TrainingBatch part(TrainingBatch batch, int part, int parts) {
        int size = batch.size() / parts;
        int numbers = batch.x0().length / parts;
        float[] coefficients = new float[5 * size];
        for (int i = 0; i < coefficients.length; i++) {
            float whole = batch.coefficients()[i / size * batch.size() + part * size + i % size];
            coefficients[i] = i >= TrainingBatch.WEIGHT * size ? whole / parts : whole;
        }
        return new TrainingBatch(
                Arrays.copyOfRange(batch.x0(), part * numbers, (part + 1) * numbers),
                Arrays.copyOfRange(batch.noise(), part * numbers, (part + 1) * numbers),
                Arrays.copyOfRange(batch.timesteps(), part * size, (part + 1) * size),
                new long[size],
                coefficients);
    }

    double alphasCumprod(int t) {
        return alphasCumprod.get(t).doubleValue();
    }

    float[] numbers(int batch, String name) throws IOException {
        return GoldenNumbers.floats(GoldenUNet.root().resolve("training.safetensors"), "batch" + batch + "." + name);
    }

    /** The parts of a flat buffer by the names of the parameters they belong to. */
    Map<String, float[]> byName(float[] flat) {
        Map<String, float[]> parts = new LinkedHashMap<>();
        int offset = 0;
        for (ParameterSpec parameter : golden.net().parameters()) {
            int end = offset + (int) parameter.size();
            parts.put(parameter.name(), Arrays.copyOfRange(flat, offset, end));
            offset = end;
        }
        return parts;
    }

    static void assertRelative(double actual, double expected, double tolerance, String what) {
        assertThat(actual).as(what).isCloseTo(expected, within(tolerance * Math.abs(expected)));
    }

    static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    @Override
    public void close() throws IOException {
        tensors.close();
        manager.close();
    }
}
