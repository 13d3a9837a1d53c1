package io.stepwise.app.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.training.PostHocVersions;
import io.stepwise.training.spec.AverageChoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Manages the model repository. */
@Command(
        name = "models",
        description = "Lists the models and their versions; '*' marks the version that is served.",
        synopsisSubcommandLabel = "[COMMAND]")
final class ModelsCommand implements Callable<Integer> {
    private static final String LATEST = "latest";

    @Mixin
    private ModelsOption models = new ModelsOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ModelRepository repository = models.repository();
        PrintWriter out = spec.commandLine().getOut();
        for (String name : repository.models()) {
            int served = repository.served(name).number();
            for (ModelVersion version : repository.versions(name)) {
                Manifest manifest = version.manifest();
                out.printf(
                        "%s %s %s  %s  %s%n",
                        version.number() == served ? "*" : " ",
                        name,
                        version.number(),
                        manifest.created(),
                        manifest.checkpointSha256());
            }
        }
        return 0;
    }

    @Command(name = "verify", description = "Compares every file of a version with the checksums of its manifest.")
    int verify(
            @Mixin ModelsOption where,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Option(
                            names = {"-v", "--model-version"},
                            paramLabel = "N",
                            description = "Version of the model; by default all of them.")
                    @Nullable
                    Integer number)
            throws IOException {
        ModelRepository repository = where.repository();
        List<ModelVersion> versions =
                number == null ? repository.versions(name) : List.of(repository.version(name, number));
        if (versions.isEmpty()) {
            versions = List.of(repository.served(name));
        }
        for (ModelVersion version : versions) {
            repository.verify(version);
            spec.commandLine().getOut().println(version.model() + " " + version.number() + " is intact");
        }
        return 0;
    }

    @Command(name = "use", description = "Chooses the version that is served; a running service follows.")
    int use(
            @Mixin ModelsOption where,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Parameters(paramLabel = "N", description = "The version, or 'latest'.") String number)
            throws IOException {
        if (!number.equals(LATEST) && !number.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("version is \"" + number + "\", must be a number from 1 or latest");
        }
        Integer version = number.equals(LATEST) ? null : Integer.valueOf(number);
        where.repository().update(name, settings -> settings.withServedVersion(version));
        return 0;
    }

    @Command(
            name = "average",
            description = "Publishes an average of a training run's weights, of any length, as the next version.",
            footer = {"", "The run must have been trained with post_hoc_ema=true."})
    int average(
            @Mixin ModelsOption where,
            @Parameters(paramLabel = "NAME", description = "Name of the model; created if it does not exist.")
                    String name,
            @Option(names = "--run", paramLabel = "RUN", required = true, description = "The id of the run.")
                    String run,
            @Option(
                            names = "--ema",
                            paramLabel = "WIDTH",
                            required = true,
                            description = "The length of the average: its standard deviation as a share of the steps.")
                    double width,
            @Option(names = "--step", paramLabel = "N", description = "The step of a snapshot; by default the newest.")
                    @Nullable
                    Integer step)
            throws IOException {
        ObjectNode choice = JsonNodeFactory.instance.objectNode();
        choice.put("from_run", run).put("ema", width).put("step", step);
        StepwiseConfig config = Settings.read();
        ModelVersion made = new PostHocVersions(config.runs(), config.openDatasets(), where.repository())
                .publish(name, AverageChoice.read(choice), null)
                .version();
        spec.commandLine().getOut().println(made.model() + " " + made.number());
        return 0;
    }

    @Command(name = "delete", description = "Deletes a version that is not served. Its number is never used again.")
    int delete(
            @Mixin ModelsOption where,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Parameters(paramLabel = "N", description = "The version.") int number)
            throws IOException {
        where.repository().delete(name, number);
        return 0;
    }

    @Command(
            name = "prune",
            description =
                    "Deletes all versions but the newest, the one that is served, those that are pinned and the one"
                            + " with the best images, where that was measured.")
    int prune(
            @Mixin ModelsOption where,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Option(names = "--keep", paramLabel = "N", required = true, description = "How many of the newest stay.")
                    int keep)
            throws IOException {
        for (int number : where.repository().prune(name, keep)) {
            spec.commandLine().getOut().println("deleted " + name + " " + number);
        }
        return 0;
    }
}
