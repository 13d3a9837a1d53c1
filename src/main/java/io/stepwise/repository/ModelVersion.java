package io.stepwise.repository;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A published version. Its files never change.
 *
 * @param model name of the model
 * @param number at least 1
 * @param folder where it lies
 */
public record ModelVersion(String model, int number, Path folder) {
    /** Reads the manifest. */
    public Manifest manifest() throws IOException {
        return Manifest.read(folder.resolve(Manifest.FILE));
    }

    /** Its configuration and weights. */
    public PipelineFolder pipeline() throws IOException {
        return PipelineFolder.open(folder);
    }

    /** For messages to people. */
    String label() {
        return "version " + number + " of model " + model;
    }

    @Override
    public String toString() {
        return model + "/" + number;
    }
}
