package io.stepwise.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.image.Plot;
import io.stepwise.image.PlotSheet;
import io.stepwise.image.Png;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.objective.EffectiveWeight;
import io.stepwise.training.spec.PredictionChoice;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plots of {@link EffectiveWeight}: a specification beside itself with another prediction, another weighting, other timesteps
 * and another schedule.
 */
public record ObjectivePlot(TrainingSpec spec) {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 380;
    private static final double MOST_LOG_SNR = 12;

    /** The plots of a specification as PNG. */
    public static byte[] png(TrainingSpec spec) {
        return Png.encode(new ObjectivePlot(spec).sheet().draw(WIDTH, HEIGHT));
    }

    private PlotSheet sheet() {
        List<PlotSheet.Panel> panels = new ArrayList<>();
        panels.add(panel("prediction", predictions()));
        panels.add(panel("timestep_sampling", timesteps()));
        if (spec.prediction() != PredictionChoice.EDM) {
            panels.add(panel("loss_weighting", changed("loss_weighting", List.of("plain", "snr", "min_snr", "p2"))));
            Map<String, TrainingSpec> schedules =
                    changed("schedule", List.of("linear", "scaled_linear", "cosine", "sigmoid", "sigmoid_signal"));
            int half = (int) Math.sqrt((double) spec.imageSize().height()
                            * spec.imageSize().width())
                    / 2;
            schedules.putAll(changed("schedule", "cosine, reference_size " + half, Map.of("reference_size", half)));
            panels.add(panel("schedule", schedules));
        }
        return new PlotSheet(panels, 2);
    }

    /** Objectives of timesteps differ in one field; one of EDM and one of timesteps in more. */
    private Map<String, TrainingSpec> predictions() {
        boolean edm = spec.prediction() == PredictionChoice.EDM;
        Map<String, TrainingSpec> specs = new LinkedHashMap<>();
        for (String prediction : List.of("epsilon", "sample", "v_prediction", "edm")) {
            if (edm || prediction.equals("edm")) {
                ObjectNode alone = JsonNodeFactory.instance.objectNode().put("prediction", prediction);
                specs.put(prediction, TrainingSpecJson.read(alone));
            } else {
                specs.putAll(changed("prediction", List.of(prediction)));
            }
        }
        return specs;
    }

    private Map<String, TrainingSpec> timesteps() {
        return spec.prediction() == PredictionChoice.EDM
                ? changed("timestep_sampling", List.of("normal", "laplace"))
                : changed("timestep_sampling", List.of("uniform", "logit_normal", "laplace"));
    }

    private Map<String, TrainingSpec> changed(String field, List<String> values) {
        Map<String, TrainingSpec> specs = new LinkedHashMap<>();
        values.forEach(value -> specs.putAll(changed(field, value, value)));
        return specs;
    }

    /** Empty where the value does not go with the other fields. */
    private Map<String, TrainingSpec> changed(String field, String name, Object value) {
        try {
            return Map.of(name, TrainingSpecJson.with(spec, Map.of(field, value)));
        } catch (InvalidMessageException doesNotFit) {
            return Map.of();
        }
    }

    /** The specification's own line is the first; it has the names of the choices that give the same. */
    private PlotSheet.Panel panel(String title, Map<String, TrainingSpec> choices) {
        EffectiveWeight own = EffectiveWeight.of(spec);
        List<String> same = new ArrayList<>();
        List<Plot.Series> lines = new ArrayList<>();
        for (Map.Entry<String, TrainingSpec> choice : choices.entrySet()) {
            EffectiveWeight curve = EffectiveWeight.of(choice.getValue());
            if (Arrays.equals(curve.weight(), own.weight())) {
                same.add(choice.getKey());
            } else {
                lines.add(line(choice.getKey(), curve));
            }
        }
        same.add("as specified");
        lines.add(0, line(String.join(", ", same), own));
        return new PlotSheet.Panel(
                new Plot(title, "log-SNR: noise … image", "probability × weight of the error of v, area 1"), lines);
    }

    private static Plot.Series line(String name, EffectiveWeight curve) {
        double[] logSnr = curve.logSnr();
        int from = 0;
        int to = logSnr.length;
        while (from < to && logSnr[from] < -MOST_LOG_SNR) {
            from++;
        }
        while (to > from && logSnr[to - 1] > MOST_LOG_SNR) {
            to--;
        }
        return new Plot.Series(
                name, Arrays.copyOfRange(logSnr, from, to), Arrays.copyOfRange(curve.weight(), from, to));
    }
}
