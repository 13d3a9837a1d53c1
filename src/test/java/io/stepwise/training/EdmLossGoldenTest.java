package io.stepwise.training;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.LogSnrDistribution;
import io.stepwise.model.training.Loss;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.model.training.TrainingNetwork;
import io.stepwise.training.objective.EdmObjective;
import io.stepwise.training.objective.Objective;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** EDMLoss of NVlabs/edm, as the coefficients of a {@link TrainingBatch}. */
@Tag("libtorch")
class EdmLossGoldenTest {
    private static final double LOSS = 1e-6; // relative
    private static final Pattern AFFINE =
            Pattern.compile("F\\(x_in, c_noise\\) = ([0-9.-]+)\\*x_in \\+ ([0-9.-]+)\\*c_noise");
    private static final Pattern NUMBERS = Pattern.compile(
            "NVlabs/edm EDMLoss\\(P_mean=([0-9.-]+), P_std=([0-9.]+), sigma_data=([0-9.]+)\\) over EDMPrecond.forward,.*");

    private GoldenTraining golden;

    @BeforeEach
    void open() throws IOException {
        golden = new GoldenTraining();
    }

    @AfterEach
    void close() throws IOException {
        golden.close();
    }

    @TestFactory
    List<DynamicTest> loss_ofPreconditionedNetworks_isTheReferences() {
        JsonNode expected = golden.json.get("edm_loss");
        return List.of(
                dynamicTest("unet", () -> {
                    String network = expected.at("/unet/F").asText();
                    Assumptions.assumeTrue(
                            network.equals(golden.json.get("model").asText() + " with timestep = c_noise"),
                            () -> "no network like " + network);
                    TrainingBatch batch = edmBatch(expected);
                    try (TrainingNetwork trained = golden.network(Loss.L2)) {
                        checkEdm(expected.get("unet"), trained.accumulateGradients(batch));
                    }
                }),
                dynamicTest("affine", () -> {
                    TrainingBatch batch = edmBatch(expected);
                    String network = expected.at("/affine/F").asText();
                    checkEdm(expected.get("affine"), affineLosses(batch, network));
                }));
    }

    private static EdmObjective objective(JsonNode edmLoss) {
        Matcher numbers = NUMBERS.matcher(edmLoss.get("by").asText());
        Assumptions.assumeTrue(numbers.find(), "an EDM loss of an unknown kind");
        return new EdmObjective(
                new EdmPreconditioning(Double.parseDouble(numbers.group(3))),
                LogSnrDistribution.Normal.ofLogSigma(
                        Double.parseDouble(numbers.group(1)), Double.parseDouble(numbers.group(2))));
    }

    @Test
    void levels_ofNormalNumbers_areTheReferences() {
        JsonNode edmLoss = golden.json.get("edm_loss");
        LogSnrDistribution.Normal levels =
                (LogSnrDistribution.Normal) objective(edmLoss).levels();
        for (int i = 0; i < edmLoss.get("sigma").size(); i++) {
            double normal = edmLoss.get("rnd_normal").get(i).doubleValue();
            double sigma = Math.exp(-(levels.mean() - normal * levels.std()) / 2);
            GoldenTraining.assertRelative(sigma, edmLoss.get("sigma").get(i).doubleValue(), LOSS, "sigma " + i);
        }
    }

    private TrainingBatch edmBatch(JsonNode edmLoss) throws IOException {
        EdmObjective objective = objective(edmLoss);
        int size = edmLoss.get("sigma").size();
        float[] timesteps = new float[size];
        float[] coefficients = new float[5 * size];
        for (int i = 0; i < size; i++) {
            Objective.Level level = objective.at(edmLoss.get("sigma").get(i).doubleValue());
            timesteps[i] = (float) level.timestep();
            for (int row = 0; row < 5; row++) {
                coefficients[row * size + i] = (float) level.coefficients()[row];
            }
        }
        return new TrainingBatch(
                tensor(edmLoss, "x0"), tensor(edmLoss, "noise (unit)"), timesteps, new long[size], coefficients);
    }

    /** The tensor that a field names. */
    private float[] tensor(JsonNode edmLoss, String field) throws IOException {
        Assumptions.assumeTrue(edmLoss.has(field), () -> "no " + field);
        return golden.tensors.floats(edmLoss.get(field).asText());
    }

    /** Of a network that a text like {@code F(x_in, c_noise) = 0.5*x_in + 0.25*c_noise} describes. */
    private static float[] affineLosses(TrainingBatch batch, String network) {
        Matcher factors = AFFINE.matcher(network);
        Assumptions.assumeTrue(factors.matches(), () -> "no network like " + network);
        double ofInput = Double.parseDouble(factors.group(1));
        double ofNoise = Double.parseDouble(factors.group(2));
        int size = batch.size();
        int numbers = batch.x0().length / size;
        float[] losses = new float[size];
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int j = i * numbers; j < (i + 1) * numbers; j++) {
                double input = mixed(batch, i, 0, j);
                double target = mixed(batch, i, 2, j);
                sum += Math.pow(ofInput * input + ofNoise * batch.timesteps()[i] - target, 2);
            }
            losses[i] = (float) (sum / numbers);
        }
        return losses;
    }

    private static double mixed(TrainingBatch batch, int sample, int coefficient, int element) {
        double ofImage = batch.coefficients()[coefficient * batch.size() + sample];
        double ofNoise = batch.coefficients()[(coefficient + 1) * batch.size() + sample];
        return ofImage * batch.x0()[element] + ofNoise * batch.noise()[element];
    }

    private void checkEdm(JsonNode expected, float[] perSample) throws IOException {
        for (int i = 0; i < perSample.length; i++) {
            double loss = expected.get("per_sample_mean").get(i).doubleValue();
            GoldenTraining.assertRelative(perSample[i], loss, LOSS, "loss of sample " + i);
        }
        GoldenTraining.assertRelative(
                GoldenTraining.mean(perSample), expected.get("mean").doubleValue(), LOSS, "mean");
        double elements = tensor(golden.json.get("edm_loss"), "x0").length / (double) perSample.length;
        GoldenTraining.assertRelative(
                GoldenTraining.mean(perSample) * elements,
                expected.get("edm_training").doubleValue(),
                LOSS,
                "sum per image");
    }
}
