package io.stepwise.app.command;

import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the version of a model. */
final class VersionOption {
    @Option(
            names = {"-v", "--model-version"},
            paramLabel = "N",
            description = "Version of the model; by default the one that is served.")
    private @Nullable Integer version;

    /** The number of the version; null means the served version. */
    @Nullable
    Integer number() {
        return version;
    }

    /** The chosen version of {@code model}. */
    ModelVersion of(ModelRepository repository, String model) throws IOException {
        return version == null ? repository.served(model) : repository.version(model, version);
    }
}
