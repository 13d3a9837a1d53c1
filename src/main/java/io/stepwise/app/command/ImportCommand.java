package io.stepwise.app.command;

import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Imports a diffusers folder into the model repository. */
@Command(
        name = "import",
        description = "Publishes a diffusers folder as the next version of a model.",
        footer = {"", "Example: stepwise import ddpm-cifar10-32 --name cifar10"})
final class ImportCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "FOLDER",
            description = "A folder with unet and scheduler, as diffusers saves it, or with config.json, weights and"
                    + " scheduler_config.json side by side.")
    private Path folder = Path.of("");

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            required = true,
            description = "Name of the model; created if it does not exist.")
    private String name = "";

    @Option(names = "--half", description = "Rounds the weights to half precision (F16): half the size on disk.")
    private boolean half;

    @Mixin
    private ModelsOption models = new ModelsOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ModelRepository repository = models.repository();
        ModelVersion version = repository.importFolder(folder, name, half);
        spec.commandLine().getOut().println(version.model() + " " + version.number());
        return 0;
    }
}
