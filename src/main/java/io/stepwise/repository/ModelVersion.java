package io.stepwise.repository;

import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * A published version. Its files never change.
 *
 * @param number at least 1
 * @param folder of its files
 */
public record ModelVersion(String model, int number, Path folder) {
    /** The specification of the training that made it, if Stepwise trained it: a file in its folder. */
    public static final String SPECIFICATION = "training.json";

    public Manifest manifest() throws IOException {
        return Manifest.read(folder.resolve(Manifest.FILE));
    }

    public NetworkFolder network() throws IOException {
        return NetworkFolder.open(folder);
    }

    /**
     * Its diffusers folder.
     *
     * @throws io.stepwise.repository.files.InvalidModelException when it is a GAN or a VAE, which has none
     */
    public PipelineFolder pipeline() throws IOException {
        if (network() instanceof PipelineFolder pipeline) {
            return pipeline;
        }
        throw new InvalidModelException(label() + " is a GAN or a VAE, must be a diffusion model");
    }

    /** The names of its classes: its own, or those of {@code model.json}; empty if nobody named them. */
    public List<String> labels() throws IOException {
        List<String> own = manifest().metadata().labels();
        return own.isEmpty()
                ? ModelSettings.read(folder.resolveSibling(ModelSettings.FILE)).labels()
                : own;
    }

    /** Whether it serves only when it is chosen by its number; false if its manifest can't be read. */
    public boolean isCandidate() {
        try {
            return manifest().metadata().attributes().containsKey(VersionMetadata.CANDIDATE);
        } catch (IOException e) {
            return false;
        }
    }

    /** The step of the checkpoint of {@code run} that it was made of; empty if it was made of something else, such as an average. */
    public OptionalLong stepOf(String run) throws IOException {
        VersionMetadata metadata = ModelFolder.metadata(this);
        Long step = metadata.step();
        boolean isAverage = metadata.attributes().containsKey(VersionMetadata.POST_HOC_EMA);
        return step == null || isAverage || !run.equals(metadata.run()) ? OptionalLong.empty() : OptionalLong.of(step);
    }

    /** The version in words, for messages. */
    String label() {
        return "version " + number + " of model " + model;
    }

    @Override
    public String toString() {
        return model + "/" + number;
    }
}
