package io.stepwise.app.command;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
        subcommands = {
            ServeCommand.class,
            ModelsCommand.class,
            DatasetsCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            TrainJobCommand.class
        })
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
