package io.stepwise.app.command;

import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.jobs.JobExit;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.training.TrainingOutcome;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command {@code stepwise}, the parent of all other commands. A command that fails prints one line that starts with
 * {@code stepwise:} and exits with 1. A wrong command line exits with 2.
 */
@Command(
        name = "stepwise",
        mixinStandardHelpOptions = true,
        versionProvider = StepwiseCommand.Version.class,
        scope = ScopeType.INHERIT,
        description = "Trains diffusion image models and serves them over HTTP.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Settings come from the environment (STEPWISE_MODELS, STEPWISE_QUEUE_CAPACITY …), from system properties"
                    + " (-Dstepwise.models) or from config/application.properties in the working directory.",
            "Exit codes: 0 success, 1 failure, 2 wrong usage."
        },
        subcommands = {ServeCommand.class, ModelsCommand.class, DatasetsCommand.class})
public final class StepwiseCommand implements Runnable {
    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print a stack trace on failure.")
    private boolean verbose;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static CommandLine commandLine() {
        return commandLine(LocalEngine::new, new LocalTrainer());
    }

    /** The same command line with another engine and another trainer. */
    static CommandLine commandLine(LocalGenerator.Opener engines, TrainCommand.Trainer trainer) {
        StepwiseCommand root = new StepwiseCommand();
        return new CommandLine(root)
                .addSubcommand(new GenerateCommand(engines))
                .addSubcommand(new TrainCommand(trainer))
                .addSubcommand(new BenchCommand())
                .addSubcommand(new EvaluateCommand())
                .addSubcommand(new ReportCommand())
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(root::failed)
                .setParameterExceptionHandler(StepwiseCommand::misused);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing.");
    }

    @Command(
            name = "import",
            description = "Publishes a diffusers folder as the next version of a model.",
            footer = {"", "Example: stepwise import ddpm-cifar10-32 --name cifar10"})
    int importFolder(
            @Mixin ModelsOption models,
            @Parameters(
                            paramLabel = "FOLDER",
                            description =
                                    "A folder with unet and scheduler, as diffusers saves it, or with config.json,"
                                            + " weights and scheduler_config.json side by side.")
                    Path folder,
            @Option(
                            names = {"-n", "--name"},
                            paramLabel = "NAME",
                            required = true,
                            description = "Name of the model; created if it does not exist.")
                    String name,
            @Option(
                            names = "--half",
                            description = "Rounds the weights to half precision (F16): half the size on disk.")
                    boolean half)
            throws IOException {
        ModelVersion version = models.repository().importFolder(folder, name, half);
        spec.commandLine().getOut().println(version.model() + " " + version.number());
        return 0;
    }

    @Command(
            name = "export",
            description = "Copies a version of a model to a folder that diffusers opens.",
            footer = {
                "",
                "Example: stepwise export faces ./faces-for-python",
                "In Python: DDPMPipeline.from_pretrained('./faces-for-python')"
            })
    int exportFolder(
            @Mixin ModelsOption models,
            @Mixin VersionOption version,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Parameters(paramLabel = "FOLDER", description = "The output folder; created if it does not exist.")
                    Path folder)
            throws IOException {
        ModelRepository repository = models.repository();
        ModelVersion exported = version.of(repository, name);
        repository.verify(exported);
        repository.exportFolder(exported, folder);
        spec.commandLine().getOut().println(folder);
        return 0;
    }

    /** The process of a training job, which the service starts. */
    @Command(
            name = "train-job",
            hidden = true,
            description = "Trains the run of that id from its newest checkpoint on, as the process of a training job.",
            footer = {
                "",
                "Exit codes: 0 done or stopped as asked, 1 the run has failed, 71 not enough memory, 74 files can't be",
                "read or written, 75 another process trains the run."
            })
    int trainJob(
            @Option(names = "--device", paramLabel = "N", description = "Which device it computes on, from 0.")
                    int device,
            @Parameters(paramLabel = "RUN", description = "The run's id.") String id)
            throws IOException, InterruptedException {
        StepwiseConfig config = Settings.read();
        TrainingOutcome outcome = LocalTrainer.train(RunFolder.open(config.runs(), id), config, device);
        Throwable failure = outcome.failure();
        if (failure != null) {
            failure.printStackTrace(spec.commandLine().getErr()); // the job's log
            spec.commandLine().getErr().flush();
        }
        JobExit exit =
                switch (outcome.kind()) {
                    case FINISHED, STOPPED -> JobExit.DONE;
                    case STORAGE_TROUBLE -> JobExit.STORAGE;
                    case OUT_OF_MEMORY -> JobExit.MEMORY;
                    case BUSY -> JobExit.BUSY;
                    case INVALID_SPECIFICATION, DIVERGED, FAILED -> JobExit.FAILED;
                };
        return exit.code();
    }

    private int failed(Exception failure, CommandLine command, ParseResult parsed) {
        command.getErr().println("stepwise: " + sentence(failure));
        if (verbose) {
            failure.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static int misused(ParameterException misuse, String[] args) {
        CommandLine command = misuse.getCommandLine();
        command.getErr().println("stepwise: " + misuse.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(misuse, command.getErr());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for what there is.");
        return CommandLine.ExitCode.USAGE;
    }

    /** The message of a failure. A file failure whose message is only a path gets an explanation. */
    private static String sentence(Exception failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist";
        }
        if (failure instanceof FileAlreadyExistsException taken) {
            return taken.getFile() + " exists already";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + " must not be accessed";
        }
        if (failure instanceof FileSystemException file && file.getReason() != null) {
            return file.getFile() + ": " + file.getReason();
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message.replaceAll("\\s*\\R\\s*", " ");
    }

    /** The version of the build, from its manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = StepwiseCommand.class.getPackage().getImplementationVersion();
            return new String[] {"stepwise " + (version == null ? "(not packaged)" : version)};
        }
    }
}
