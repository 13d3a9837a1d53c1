package io.stepwise.app.command;

import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says which version of a model is meant. */
final class VersionOption {
    @Option(
            names = {"-v", "--model-version"},
            paramLabel = "N",
            description = "Version of the model; by default the one that is served.")
    private @Nullable Integer version;

    /** Its number; null means the one that is served. */
    @Nullable
    Integer number() {
        return version;
    }

    /** That version of {@code model}. */
    ModelVersion of(ModelRepository repository, String model) throws IOException {
        return version == null ? repository.served(model) : repository.version(model, version);
    }
}
