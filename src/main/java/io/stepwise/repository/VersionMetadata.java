package io.stepwise.repository;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Metadata of a version, from its publisher.
 *
 * @param run the training job that it comes from; null for an import
 * @param step optimizer steps that it was trained for; null if unknown
 * @param metrics finite numbers by name, such as {@code loss}
 * @param labels names of the classes, in the order of their numbers; empty for an unconditional model
 * @param attributes further entries, as text
 */
public record VersionMetadata(
        @Nullable String run,
        @Nullable Long step,
        Map<String, Double> metrics,
        List<String> labels,
        Map<String, String> attributes) {

    /** Name of the metric for the distance between a version's images and real ones; smaller is better. */
    public static final String QUALITY = "sliced_wasserstein";

    /** Name of the attribute for the width of an average that was chosen after the training. */
    public static final String POST_HOC_EMA = "ema";

    /** Name of the attribute of a version that serves only when it is chosen by its number; its value is {@code true}. */
    public static final String CANDIDATE = "candidate";

    /** Name of the attribute that says why a version is worse than the one that served when it was published. */
    public static final String WORSE = "worse_than_served";

    /** Name of the attribute for the sampler that a request to this version gets if it names none. */
    public static final String SAMPLER = "sampler";

    /** Name of the attribute for the steps that a request to this version gets if it gives none. */
    public static final String STEPS = "steps";

    public static final VersionMetadata NONE = new VersionMetadata(null, null, Map.of(), List.of(), Map.of());

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
