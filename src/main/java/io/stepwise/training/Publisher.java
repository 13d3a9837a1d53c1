package io.stepwise.training;

import ai.djl.ndarray.NDManager;
import io.stepwise.image.Pixels;
import io.stepwise.model.FlatWeights;
import io.stepwise.repository.Dtype;
import io.stepwise.repository.DurableFiles;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.repository.WeightsFile;
import io.stepwise.training.quality.ImageSet;
import io.stepwise.training.quality.SlicedWasserstein;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns checkpoints into versions of the model, when {@link TrainingSpec#publish()} says so: the EMA weights as a
 * diffusers folder, with the specification beside them.
 *
 * <p>With {@code best} every checkpoint is judged by the sliced Wasserstein distance between images that its EMA weights
 * make and images of the data set, and published when it is the smallest so far.
 */
final class Publisher {
    /** The specification's file in a version's folder. */
    static final String SPEC_FILE = "training.json";

    private static final int JUDGED_IMAGES = 128;
    private static final String QUALITY = "sliced_wasserstein";

    private final TrainingPlan plan;
    private final RunFolder run;
    private final ModelRepository repository;

    Publisher(TrainingPlan plan, RunFolder run, ModelRepository repository) {
        this.plan = plan;
        this.run = run;
        this.repository = repository;
    }

    /**
     * Publishes {@code checkpoint} if it is its turn.
     *
     * @param last whether training ends with it
     * @return what to note about the publication; null when there is none
     */
    @Nullable
    Map<String, Object> checkpointed(NDManager manager, Checkpoint checkpoint, double loss, boolean last)
            throws IOException {
        return switch (plan.spec().publish()) {
            case NEVER -> null;
            case END -> last ? publish(checkpoint, metrics(loss)) : null;
            case EVERY_CHECKPOINT -> publish(checkpoint, metrics(loss));
            case BEST -> publishIfBest(manager, checkpoint, loss);
        };
    }

    private @Nullable Map<String, Object> publishIfBest(NDManager manager, Checkpoint checkpoint, double loss)
            throws IOException {
        double quality = quality(manager, checkpoint);
        if (quality >= bestSoFar()) {
            return null;
        }
        Map<String, Double> metrics = metrics(loss);
        metrics.put(QUALITY, quality);
        return publish(checkpoint, metrics);
    }

    private double bestSoFar() throws IOException {
        double best = Double.POSITIVE_INFINITY;
        for (RunEvent event : run.events(0)) {
            if (event.type() == RunEvent.Type.PUBLISHED && event.details().get(QUALITY) instanceof Number quality) {
                best = Math.min(best, quality.doubleValue());
            }
        }
        return best;
    }

    private double quality(NDManager manager, Checkpoint checkpoint) {
        List<Pixels> real = new ArrayList<>();
        for (int i = 0; i < JUDGED_IMAGES; i++) {
            real.add(plan.dataset().get(i % plan.dataset().size()).pixels());
        }
        try (NDManager scope = manager.newSubManager()) {
            FlatWeights weights = FlatWeights.of(scope, plan.net().parameters(), checkpoint.average());
            List<Pixels> made = plan.sampleGrid().images(scope, weights, JUDGED_IMAGES);
            return SlicedWasserstein.standard(0)
                    .between(ImageSet.of(made), ImageSet.of(real))
                    .average();
        }
    }

    private static Map<String, Double> metrics(double loss) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (Double.isFinite(loss)) {
            metrics.put("loss", loss);
        }
        return metrics;
    }

    private Map<String, Object> publish(Checkpoint checkpoint, Map<String, Double> metrics) throws IOException {
        TrainingSpec spec = plan.spec();
        VersionMetadata metadata = new VersionMetadata(
                run.id(),
                (long) checkpoint.step(),
                metrics,
                plan.dataset().labels(),
                Map.of("dataset", spec.dataset()));
        ModelVersion version = repository.publish(
                spec.model(),
                folder -> {
                    PipelineFolder.write(
                            folder,
                            plan.net().config(),
                            SchedulerBridge.config(plan.schedule(), spec.prediction()),
                            WeightsFile.tensors(plan.net().parameters(), checkpoint.average()),
                            Dtype.F32);
                    DurableFiles.replace(
                            folder.resolve(SPEC_FILE),
                            TrainingSpecJson.write(spec).getBytes(StandardCharsets.UTF_8));
                },
                metadata);
        Map<String, Object> note = new LinkedHashMap<>(metrics);
        note.put("model", version.model());
        note.put("version", version.number());
        return note;
    }
}
