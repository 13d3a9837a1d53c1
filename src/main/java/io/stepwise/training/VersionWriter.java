package io.stepwise.training;

import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.run.StorageException;
import io.stepwise.training.spec.InitFrom;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns checkpoints into versions of the model: the EMA weights as the folder of their kind, with the specification beside
 * them. Every method throws a {@link StorageException} when the storage fails.
 */
final class VersionWriter {
    /** The file of the specification in a version's folder. */
    static final String SPEC_FILE = "training.json";

    private final TrainingPlan plan;
    private final String run;
    private final ModelRepository repository;

    /**
     * @param run id of the run
     * @param repository of the versions; its folder must exist
     */
    VersionWriter(TrainingPlan plan, String run, ModelRepository repository) {
        this.plan = plan;
        this.run = run;
        this.repository = repository;
    }

    /** Publishes {@code checkpoint}, or finds the version that an earlier process made of it. */
    ModelVersion publish(Checkpoint checkpoint, Map<String, Double> metrics) throws IOException {
        TrainingSpec spec = plan.spec();
        VersionMetadata metadata = metadata(checkpoint.step(), metrics, origin(spec));
        return StorageException.guard(folder(), () -> {
            requireRoot();
            return repository.publishOnce(spec.model(), folder -> write(folder, checkpoint.average()), metadata);
        });
    }

    /**
     * The metadata of an average that was chosen after the training.
     *
     * @param width of its profile
     * @param error by which it differs from the wanted one
     */
    VersionMetadata metadata(int step, double width, double error) {
        Map<String, String> origin = origin(plan.spec());
        origin.put(VersionMetadata.POST_HOC_EMA, Double.toString(width));
        return metadata(step, Map.of("ema_error", error), origin);
    }

    private VersionMetadata metadata(int step, Map<String, Double> metrics, Map<String, String> origin) {
        return new VersionMetadata(run, (long) step, metrics, plan.dataset().labels(), origin);
    }

    /** What the version was made of. */
    private static Map<String, String> origin(TrainingSpec spec) {
        Map<String, String> origin = new TreeMap<>(Map.of("dataset", spec.dataset()));
        InitFrom base = spec.initFrom();
        if (base != null) {
            origin.put("init_from", base.model() + "/" + base.version());
            origin.put("init_from_sha256", String.valueOf(base.sha256()));
        }
        return origin;
    }

    /** Deletes versions as {@link ModelRepository#prune} does. */
    void prune(int keep) throws IOException {
        String model = plan.spec().model();
        StorageException.guard(folder(), () -> {
            if (!repository.versions(model).isEmpty()) {
                repository.prune(model, keep);
            }
        });
    }

    /** Writes the files of a version with these weights. */
    void write(Path folder, float[] weights) throws IOException {
        plan.design().write(folder, weights);
        DurableFiles.replace(
                folder.resolve(SPEC_FILE), TrainingSpecJson.write(plan.spec()).getBytes(StandardCharsets.UTF_8));
    }

    private Path folder() {
        return repository.root().resolve(plan.spec().model());
    }

    /** If the folder of all models is gone, its volume is gone: a new folder would hide the published version. */
    private void requireRoot() throws NoSuchFileException {
        if (!Files.isDirectory(repository.root())) {
            throw new NoSuchFileException(repository.root().toString());
        }
    }
}
