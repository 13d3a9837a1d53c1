package io.stepwise.app.command;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.stepwise.app.Main;
import java.util.Objects;
import picocli.CommandLine;

/** The product's program with the additional commands {@code bench serve} and {@code bench programs}. */
@QuarkusMain(name = "bench")
public final class BenchMain {
    BenchMain() {}

    /** Runs the program like {@link Main}. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine program = StepwiseCommand.commandLine();
        Objects.requireNonNull(program.getSubcommands().get("bench"))
                .addSubcommand(new BenchServeCommand())
                .addSubcommand(new BenchProgramsCommand());
        return program.setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(program.getExecutionExceptionHandler())
                .setParameterExceptionHandler(program.getParameterExceptionHandler());
    }
}
