package io.stepwise.repository;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher says about a version.
 *
 * @param run the training job it comes from; null for an import
 * @param step optimizer steps it was trained for; null when unknown
 * @param metrics numbers by name, finite, such as {@code loss}
 * @param labels names of the classes, in the order of their numbers; empty for an unconditional model
 * @param attributes anything else worth keeping, as text
 */
public record VersionMetadata(
        @Nullable String run,
        @Nullable Long step,
        Map<String, Double> metrics,
        List<String> labels,
        Map<String, String> attributes) {

    /** The metric that says how far a version's images are from the real ones; less is better. */
    public static final String QUALITY = "sliced_wasserstein";

    /** Nothing known. */
    public static final VersionMetadata NONE = new VersionMetadata(null, null, Map.of(), List.of(), Map.of());

    /** The same with more attributes. */
    VersionMetadata with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(attributes);
        all.putAll(more);
        return new VersionMetadata(run, step, metrics, labels, all);
    }

    public VersionMetadata {
        metrics = Map.copyOf(metrics);
        labels = List.copyOf(labels);
        attributes = Map.copyOf(attributes);
        if (step != null && step < 0) {
            throw new IllegalArgumentException("step " + step + " must be at least 0");
        }
        for (Map.Entry<String, Double> metric : metrics.entrySet()) {
            if (!Double.isFinite(metric.getValue())) {
                throw new IllegalArgumentException(
                        "metric " + metric.getKey() + " " + metric.getValue() + " must be finite");
            }
        }
    }
}
