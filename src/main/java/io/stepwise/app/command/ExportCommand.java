package io.stepwise.app.command;

import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Exports a version to a folder that diffusers can open. */
@Command(
        name = "export",
        description = "Copies a version of a model to a folder that diffusers opens.",
        footer = {
            "",
            "Example: stepwise export faces ./faces-for-python",
            "In Python: DDPMPipeline.from_pretrained('./faces-for-python')"
        })
final class ExportCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the model.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "FOLDER", description = "The output folder; created if it does not exist.")
    private Path folder = Path.of("");

    @Mixin
    private VersionOption version = new VersionOption();

    @Mixin
    private ModelsOption models = new ModelsOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ModelRepository repository = models.repository();
        ModelVersion exported = version.of(repository, name);
        repository.verify(exported);
        repository.exportFolder(exported, folder);
        spec.commandLine().getOut().println(folder);
        return 0;
    }
}
