package io.stepwise.serving.versions;

import io.stepwise.model.ParameterSpec;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerConfig;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.repository.WeightsFile;
import io.stepwise.repository.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Makes versions of a model that differ in their weights, sound and broken ones, and puts them into a repository at one
 * stroke.
 */
public final class Workshop {
    private static final String BENCH = "workshop";

    private final ModelRepository repository;
    private final String model;
    private final UNetConfig config;
    private final SchedulerConfig scheduler;
    private final List<ParameterSpec> parameters;
    private final float[] weights;
    private final VersionMetadata metadata;

    /** @param source a diffusers folder */
    public Workshop(ModelRepository repository, String model, Path source, VersionMetadata metadata)
            throws IOException {
        this.repository = repository;
        this.model = model;
        this.metadata = metadata;
        PipelineFolder pipeline = PipelineFolder.open(source);
        config = pipeline.unetConfig();
        scheduler = pipeline.schedulerConfig();
        parameters = pipeline.parameters();
        weights = pipeline.weights();
    }

    /** Publishes a sound version; those of another variant make other images. */
    public ModelVersion publish(int variant) throws IOException {
        return publish(model, variant);
    }

    private ModelVersion publish(String name, int variant) throws IOException {
        float[] own = weights.clone();
        for (int i = 0; i < own.length; i++) {
            own[i] *= 1 + .01f * variant;
        }
        return publish(name, own);
    }

    private ModelVersion publish(String name, float[] own) throws IOException {
        return repository.publish(
                name,
                folder -> PipelineFolder.write(
                        folder, config, scheduler, WeightsFile.tensors(parameters, own), Dtype.F32),
                metadata);
    }

    /** Makes a sound version elsewhere, which {@link #deliver} brings. */
    public ModelVersion prepare(int variant) throws IOException {
        return publish(BENCH, variant);
    }

    /** Publishes a version that is broken from the beginning. */
    public ModelVersion publish(Damage damage) throws IOException {
        float[] own = weights.clone();
        if (damage == Damage.NOT_FINITE) {
            own[own.length / 2] = Float.NaN;
        }
        ModelVersion made = publish(BENCH, own);
        damage.doTo(made.folder());
        return deliver(made);
    }

    /** Makes what was prepared the next version of the model. */
    public ModelVersion deliver(ModelVersion prepared) throws IOException {
        List<ModelVersion> versions = repository.versions(model);
        int next = versions.isEmpty() ? 1 : versions.get(versions.size() - 1).number() + 1;
        Path target = repository.path(model).resolve(String.valueOf(next));
        Files.createDirectories(repository.path(model));
        Files.move(prepared.folder(), target, StandardCopyOption.ATOMIC_MOVE);
        return new ModelVersion(model, next, target);
    }
}
