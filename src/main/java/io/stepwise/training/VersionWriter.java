package io.stepwise.training;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.model.Network;
import io.stepwise.repository.ModelMissingException;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.run.StorageException;
import io.stepwise.training.spec.AverageChoice;
import io.stepwise.training.spec.ConsistencySpec;
import io.stepwise.training.spec.InitFrom;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Turns checkpoints into versions of the model: the EMA weights as the folder of their kind, with the specification beside
 * them. Every method throws a {@link StorageException} when the storage fails.
 *
 * @param repository of the versions; its folder must exist
 */
record VersionWriter(TrainingPlan plan, String run, ModelRepository repository) {
    private static final String DATASET = "dataset";

    /**
     * In what a version with these metrics is worse than the one that serves, or can't be compared with it; empty if in
     * nothing, and if none serves.
     */
    Optional<String> worse(Map<String, Double> metrics) throws IOException {
        return StorageException.guard(folder(), () -> {
            try {
                return worse(metrics, repository.served(plan.spec().model()));
            } catch (ModelMissingException | InvalidModelException e) {
                return Optional.empty();
            }
        });
    }

    private Optional<String> worse(Map<String, Double> metrics, ModelVersion served) throws IOException {
        VersionMetadata theirs = served.manifest().metadata();
        Network network = served.network().network();
        String size = network.width() + "x" + network.height();
        String own =
                plan.spec().imageSize().width() + "x" + plan.spec().imageSize().height();
        if (!own.equals(size)) {
            return Optional.of("its images have " + own + " pixels, those of version " + served.number() + " " + size);
        }
        if (!plan.spec().dataset().equals(theirs.attributes().get(DATASET))) {
            return Optional.empty();
        }
        return Stream.of(Metric.SLICED_WASSERSTEIN, Metric.KERNEL_DISTANCE)
                .map(Metric::wireName)
                .filter(name ->
                        metrics.getOrDefault(name, 0.0) > theirs.metrics().getOrDefault(name, Double.MAX_VALUE))
                .map(name -> String.format(
                        Locale.ROOT,
                        "its %s is %.4g, that of version %d %.4g, and less is better",
                        name,
                        metrics.get(name),
                        served.number(),
                        theirs.metrics().get(name)))
                .findFirst();
    }

    /**
     * Publishes {@code checkpoint}, or finds the version that an earlier process made of it.
     *
     * @param worse what {@link #worse} says
     */
    ModelVersion publish(Checkpoint checkpoint, Map<String, Double> metrics, Optional<String> worse)
            throws IOException {
        TrainingSpec spec = plan.spec();
        Map<String, String> attributes = origin(spec);
        worse.ifPresent(reason -> attributes.put(VersionMetadata.WORSE, reason));
        if (spec.publishAs() == TrainingSpec.PublishAs.CANDIDATE) {
            attributes.put(VersionMetadata.CANDIDATE, "true");
        }
        VersionMetadata metadata = metadata(checkpoint.step(), metrics, attributes);
        return StorageException.guard(folder(), () -> {
            requireRoot();
            return repository.publishOnce(spec.model(), folder -> write(folder, checkpoint.average()), metadata);
        });
    }

    /** The metadata of weights that somebody chose, up to {@code step}. */
    VersionMetadata metadata(AverageChoice choice, int step, Map<String, Double> metrics) {
        Map<String, String> origin = origin(plan.spec());
        if (choice.width() != null) {
            origin.put(VersionMetadata.POST_HOC_EMA, choice.width().toString());
        }
        if (choice.candidate()) {
            origin.put(VersionMetadata.CANDIDATE, "true");
        }
        return metadata(step, metrics, origin);
    }

    private VersionMetadata metadata(int step, Map<String, Double> metrics, Map<String, String> origin) {
        return new VersionMetadata(run, (long) step, metrics, plan.dataset().labels(), origin);
    }

    /** What the version was made of, and what it usually needs. */
    private static Map<String, String> origin(TrainingSpec spec) {
        Map<String, String> origin = new TreeMap<>(Map.of(DATASET, spec.dataset()));
        InitFrom base = spec.initFrom();
        if (base != null) {
            origin.put("init_from", base.model() + "/" + base.version());
            origin.put("init_from_sha256", String.valueOf(base.sha256()));
        }
        if (spec.consistency() != null) {
            origin.put(VersionMetadata.SAMPLER, SamplerName.LCM.wireName());
            origin.put(VersionMetadata.STEPS, Integer.toString(ConsistencySpec.USUAL_STEPS));
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
                folder.resolve(ModelVersion.SPECIFICATION),
                TrainingSpecJson.write(plan.spec()).getBytes(StandardCharsets.UTF_8));
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
