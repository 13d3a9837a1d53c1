package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.LossWeighting;
import io.stepwise.diffusion.Prediction;
import io.stepwise.model.training.Loss;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.model.training.TrainingNetwork;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Losses, gradients and optimizer steps against torch.optim, diffusers. The gradient of an attention's
 * key bias is zero but for rounding, which Adam blows up to a full step: it is left out everywhere.
 */
@Tag("libtorch")
class TrainingGoldenTest {
    private static final double LOSS = 1e-6; // relative
    private static final double GRADIENT_NORM = 1e-5; // relative
    private static final String ROUNDING_ONLY = "to_k.bias";
    private static final Pattern OPTIMIZER =
            Pattern.compile("(?:torch\\.optim\\.)?(AdamW|Adam|SGD)\\b(?!.*(?:momentum|nesterov|amsgrad)).*");
    private static final Pattern ACCUMULATED = Pattern.compile(".*_accumulate([0-9]+)");
    private static final Pattern P2 = Pattern.compile("p2_k([0-9.]+)_gamma([0-9.]+)_.*");

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
    Stream<DynamicTest> loss_atInitialWeights_isTheReferences() {
        JsonNode losses = golden.json.get("float64").get("losses");
        return losses.properties().stream()
                .filter(loss -> loss.getValue().isNumber()
                        && !loss.getKey().equals("min_snr_gamma")) // the rest are weights and what they are made of
                .map(loss -> dynamicTest(
                        loss.getKey(),
                        () -> GoldenTraining.assertRelative(
                                loss(loss.getKey(), losses), loss.getValue().doubleValue(), LOSS, loss.getKey())));
    }

    private double loss(String name, JsonNode losses) throws IOException {
        Prediction prediction = name.contains("sample")
                ? Prediction.SAMPLE
                : name.equals("v_mse") || name.endsWith("_v") ? Prediction.V_PREDICTION : Prediction.EPSILON;
        Loss distance = name.endsWith("_l1") ? Loss.L1 : name.contains("_huber_delta1") ? Loss.HUBER : Loss.L2;
        LossWeighting weighting = weighting(name, losses);
        TrainingBatch batch = golden.batch(0, prediction);
        try (TrainingNetwork network = golden.network(distance)) {
            float[] perSample = network.accumulateGradients(batch);
            double mean = 0;
            for (int i = 0; i < perSample.length; i++) {
                double a = golden.alphasCumprod((int) batch.timesteps()[i]);
                mean += weighting.weight(a / (1 - a), prediction) * perSample[i] / perSample.length;
            }
            return mean;
        }
    }

    private static LossWeighting weighting(String name, JsonNode losses) {
        if (name.matches("min_snr_(epsilon|v|sample)")) {
            return new LossWeighting.MinSnr(losses.get("min_snr_gamma").doubleValue());
        }
        Matcher p2 = P2.matcher(name);
        if (p2.matches()) {
            return new LossWeighting.P2(Double.parseDouble(p2.group(1)), Double.parseDouble(p2.group(2)));
        }
        if (name.startsWith("snr_weighted_sample ")) {
            return new LossWeighting.Snr();
        }
        Assumptions.assumeTrue(
                name.matches("(epsilon|sample|v)_mse|epsilon_(l1|huber_delta1)"), "a loss of an unknown kind");
        return new LossWeighting.Plain();
    }

    @TestFactory
    Stream<DynamicTest> gradients_atInitialWeights_areTheReferences() throws IOException {
        assumePlainLoss();
        Map<String, float[]> gradients;
        try (TrainingNetwork network = golden.network(Loss.L2)) {
            network.accumulateGradients(golden.batch(0, Prediction.EPSILON));
            gradients = golden.byName(network.state().gradients().toArray());
        }
        JsonNode norms = golden.json.get("float64").get("grad_norms");
        assertThat(gradients).hasSize(norms.size());
        return gradients.entrySet().stream()
                .filter(gradient -> !gradient.getKey().endsWith(ROUNDING_ONLY))
                .map(gradient -> dynamicTest(gradient.getKey(), () -> {
                    String name = gradient.getKey();
                    double expected = norms.get(name).doubleValue();
                    GoldenTraining.assertRelative(norm(gradient.getValue()), expected, GRADIENT_NORM, "norm");
                    if (golden.tensors.names().contains("grad." + name)) {
                        float[] elements = golden.tensors.floats("grad." + name);
                        assertThat(greatestDifference(gradient.getValue(), elements))
                                .isLessThan(GRADIENT_NORM * expected);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> run_ofThreeSteps_isTheReferences() {
        return golden.json.get("float64").get("runs").properties().stream()
                .map(run -> dynamicTest(run.getKey(), () -> checkRun(run.getKey(), run.getValue())));
    }

    /** Gradients and runs are of this loss, of a network that predicts the noise as the losses named epsilon do. */
    private void assumePlainLoss() {
        String loss = golden.json.get("loss").asText();
        Assumptions.assumeTrue(
                loss.equals("mean over all elements of (model(x_t, t) - target)^2"), () -> "no loss like " + loss);
    }

    private void checkRun(String name, JsonNode expected) throws IOException {
        assumePlainLoss();
        Matcher accumulated = ACCUMULATED.matcher(name);
        int parts = accumulated.matches() ? Integer.parseInt(accumulated.group(1)) : 1;
        OptimizerStep step = optimizerStep(name);
        try (TrainingNetwork network = golden.network(Loss.L2)) {
            for (int i = 0; i < expected.get("loss_before_each_step").size(); i++) {
                double loss = inParts(network, i, parts);
                GoldenTraining.assertRelative(
                        loss, expected.get("loss_before_each_step").get(i).doubleValue(), LOSS, "loss " + i);
                double norm = network.update(step);
                GoldenTraining.assertRelative(
                        norm, expected.get("grad_norm_before_clip").get(i).doubleValue(), GRADIENT_NORM, "norm " + i);
            }
            Map<String, float[]> weights =
                    golden.byName(network.state().weights().toArray());
            checkElements(name + ".param.", weights, Limits.of(step));
            checkSums(weights, expected.get("param_sums"), Limits.of(step));
            if (expected.has("ema_sums")) {
                Map<String, float[]> average =
                        golden.byName(network.state().average().toArray());
                checkElements(name + ".ema.plain.", average, Limits.ofAverage(step));
                checkSums(average, expected.get("ema_sums").get("plain"), Limits.ofAverage(step));
            }
        }
    }

    private double whole(TrainingNetwork network, int number) throws IOException {
        return GoldenTraining.mean(network.accumulateGradients(golden.batch(number, Prediction.EPSILON)));
    }

    private double inParts(TrainingNetwork network, int number, int parts) throws IOException {
        TrainingBatch batch = golden.batch(number, Prediction.EPSILON);
        double mean = 0;
        for (int i = 0; i < parts; i++) {
            TrainingBatch part = GoldenTraining.part(batch, i, parts);
            mean += GoldenTraining.mean(network.accumulateGradients(part)) / parts;
        }
        return mean;
    }

    @TestFactory
    Stream<DynamicTest> movingAverage_withChangingDecay_isTheReferences() {
        JsonNode run = golden.json.get("float64").get("runs").get("adam");
        return run.get("ema_decays").properties().stream()
                .map(decays -> dynamicTest(decays.getKey(), () -> {
                    OptimizerStep step = optimizerStep("adam");
                    try (TrainingNetwork network = golden.network(Loss.L2)) {
                        for (int i = 0; i < decays.getValue().size(); i++) {
                            whole(network, i);
                            network.update(
                                    withDecay(step, decays.getValue().get(i).doubleValue()));
                        }
                        Map<String, float[]> average =
                                golden.byName(network.state().average().toArray());
                        checkElements("adam.ema." + decays.getKey() + ".", average, Limits.of(step));
                        checkSums(average, run.get("ema_sums").get(decays.getKey()), Limits.of(step));
                    }
                }));
    }

    private OptimizerStep optimizerStep(String run) {
        String settings = golden.json.get("run_settings").get(run).asText();
        Matcher rule = OPTIMIZER.matcher(settings);
        Assumptions.assumeTrue(rule.matches(), () -> "no optimizer like " + settings);
        OptimizerStep.Algorithm algorithm =
                OptimizerStep.Algorithm.valueOf(rule.group(1).toUpperCase(Locale.ROOT));
        boolean sgd = algorithm == OptimizerStep.Algorithm.SGD;
        double decay = golden.json.get("adamw_weight_decay").doubleValue();
        return new OptimizerStep(
                algorithm,
                number(settings, "lr (N)", golden.json.get("learning_rate").doubleValue()),
                number(settings, "betas (N) N", sgd ? 0 : .9),
                number(settings, "betas N (N)", sgd ? 0 : .999),
                number(settings, "eps (N)", sgd ? 0 : 1e-8),
                number(settings, "weight decay (N)", algorithm == OptimizerStep.Algorithm.ADAMW ? decay : 0),
                number(settings, "clip_grad_norm_ (N)", Double.POSITIVE_INFINITY),
                golden.json.get("ema_decay").doubleValue());
    }

    /** The number at {@code (N)} in a text like {@code AdamW betas .95 .999, weight decay 1e-6}. */
    private static double number(String settings, String place, double fallback) {
        Matcher found = Pattern.compile(place.replace("N", "[0-9.e-]+")).matcher(settings);
        return found.find() ? Double.parseDouble(found.group(1)) : fallback;
    }

    private static OptimizerStep withDecay(OptimizerStep step, double emaDecay) {
        return new OptimizerStep(
                step.algorithm(),
                step.learningRate(),
                step.beta1(),
                step.beta2(),
                step.eps(),
                step.weightDecay(),
                step.clipNorm(),
                emaDecay);
    }

    /**
     * How far parameters may be off. Adam's first steps divide gradients by themselves, so that one near zero may go
     * either way: at most 0.1 % of the elements beyond {@code usual}, none beyond {@code most}.
     */
    private record Limits(double usual, double most) {
        /** Of weights: plain gradient descent has no such excuse. */
        static Limits of(OptimizerStep step) {
            boolean sgd = step.algorithm() == OptimizerStep.Algorithm.SGD;
            return sgd ? new Limits(1e-6, 1e-6) : new Limits(1e-5, 2 * step.learningRate());
        }

        /** Of an average that has taken in a small share of each of three steps. */
        static Limits ofAverage(OptimizerStep step) {
            double share = 3 * (1 - step.emaDecay());
            return new Limits(1e-7, 1e-7 + share * of(step).most);
        }
    }

    private void checkElements(String prefix, Map<String, float[]> actual, Limits limits) throws IOException {
        double greatest = 0;
        long elements = 0;
        long beyond = 0;
        for (Map.Entry<String, float[]> part : actual.entrySet()) {
            String name = prefix + part.getKey();
            if (golden.tensors.names().contains(name) && !name.endsWith(ROUNDING_ONLY)) {
                float[] expected = golden.tensors.floats(name);
                elements += expected.length;
                for (int i = 0; i < expected.length; i++) {
                    double difference = Math.abs(part.getValue()[i] - expected[i]);
                    greatest = Math.max(greatest, difference);
                    beyond += difference > limits.usual ? 1 : 0;
                }
            }
        }
        assertThat(elements).as("elements of %s", prefix).isPositive();
        assertThat(greatest).as(prefix).isLessThanOrEqualTo(limits.most);
        assertThat(beyond / (double) elements)
                .as("share beyond %s of %s", limits.usual, prefix)
                .isLessThanOrEqualTo(1e-3);
    }

    /** Every parameter by its sum: as if all elements were off by a tenth of what is usual, and one by the most. */
    private static void checkSums(Map<String, float[]> actual, JsonNode expected, Limits limits) {
        for (Map.Entry<String, JsonNode> sum : expected.properties()) {
            if (!sum.getKey().endsWith(ROUNDING_ONLY)) {
                float[] part = actual.get(sum.getKey());
                double total = 0;
                for (float element : part) {
                    total += element;
                }
                assertThat(total)
                        .as(sum.getKey())
                        .isCloseTo(sum.getValue().doubleValue(), within(part.length * limits.usual / 10 + limits.most));
            }
        }
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    private static double greatestDifference(float[] a, float[] b) {
        assertThat(a).hasSameSizeAs(b);
        double greatest = 0;
        for (int i = 0; i < a.length; i++) {
            greatest = Math.max(greatest, Math.abs(a[i] - b[i]));
        }
        return greatest;
    }
}
