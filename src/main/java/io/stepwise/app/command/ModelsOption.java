package io.stepwise.app.command;

import io.stepwise.app.config.Settings;
import io.stepwise.repository.ModelRepository;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the folder of the model repository. */
final class ModelsOption {
    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            description =
                    "The model repository; by default STEPWISE_MODELS, or else 'models' in the working directory.")
    private @Nullable Path models;

    /** The model repository in that folder. */
    ModelRepository repository() throws IOException {
        return new ModelRepository(models == null ? Settings.read().models() : models);
    }
}
