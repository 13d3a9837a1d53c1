package io.stepwise.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.training.spec.Metric;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Measurements of training since the previous row; one line of {@code metrics.jsonl}. NaN means unknown, and is null in
 * JSON.
 *
 * @param step the last optimizer step, at least 1
 * @param loss mean over the steps since the previous row
 * @param lossQ1 the same over timesteps in the first quarter (little noise), for edm over the first quarter of the noise levels
 *     that are drawn; JSON name {@code loss_q1}
 * @param lossQ2 the second quarter
 * @param lossQ3 the third quarter
 * @param lossQ4 the last quarter (nearly pure noise)
 * @param learningRate at {@code step}
 * @param gradientNorm of the whole gradient before clipping, at {@code step}
 * @param emaDecay at {@code step}
 * @param imagesPerSecond training rate since the previous row; JSON name {@code images_per_s}
 * @param wallSeconds training time since the run's first step, over all resumptions; JSON name {@code wall_s}
 * @param dataWaitSeconds time since the previous row spent waiting for images; JSON name {@code data_wait_s}
 * @param measured what was measured at {@code step} with the averaged weights; values that are not finite
 *     are dropped, columns without a value are null in JSON
 */
public record MetricsRow(
        int step,
        double loss,
        double lossQ1,
        double lossQ2,
        double lossQ3,
        double lossQ4,
        double learningRate,
        double gradientNorm,
        double emaDecay,
        double imagesPerSecond,
        double wallSeconds,
        double dataWaitSeconds,
        Map<Metric, Double> measured) {
    public MetricsRow {
        if (step < 1) {
            throw new IllegalArgumentException("step " + step + " must be 1 or more");
        }
        measured = measured.entrySet().stream()
                .filter(each -> Double.isFinite(each.getValue()))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The JSON object, in the order of the file. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("step", step);
        put(node, "loss", loss);
        put(node, "loss_q1", lossQ1);
        put(node, "loss_q2", lossQ2);
        put(node, "loss_q3", lossQ3);
        put(node, "loss_q4", lossQ4);
        put(node, "learning_rate", learningRate);
        put(node, "gradient_norm", gradientNorm);
        put(node, "ema_decay", emaDecay);
        put(node, "images_per_s", imagesPerSecond);
        put(node, "wall_s", wallSeconds);
        put(node, "data_wait_s", dataWaitSeconds);
        for (Metric metric : Metric.values()) {
            put(node, metric.wireName(), measured(metric));
        }
        return node;
    }

    /** The columns that have a value, without the step, by their names in JSON and in the order of the file. */
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        toJson().properties().forEach(column -> {
            if (column.getValue().isNumber() && !column.getKey().equals("step")) {
                values.put(column.getKey(), column.getValue().doubleValue());
            }
        });
        return values;
    }

    /** The value of a metric; NaN where it was not measured. */
    public double measured(Metric metric) {
        return measured.getOrDefault(metric, Double.NaN);
    }

    static MetricsRow fromJson(JsonNode node) {
        Map<Metric, Double> measured = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            if (node.path(metric.wireName()).isNumber()) {
                measured.put(metric, get(node, metric.wireName()));
            }
        }
        return new MetricsRow(
                node.path("step").intValue(),
                get(node, "loss"),
                get(node, "loss_q1"),
                get(node, "loss_q2"),
                get(node, "loss_q3"),
                get(node, "loss_q4"),
                get(node, "learning_rate"),
                get(node, "gradient_norm"),
                get(node, "ema_decay"),
                get(node, "images_per_s"),
                get(node, "wall_s"),
                get(node, "data_wait_s"),
                measured);
    }

    private static void put(ObjectNode node, String name, double value) {
        node.put(name, Double.isFinite(value) ? (Double) value : null);
    }

    private static double get(JsonNode node, String name) {
        return node.path(name).asDouble(Double.NaN);
    }
}
