package io.stepwise.app.command;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.stepwise.app.Main;
import java.util.Objects;
import picocli.CommandLine;

/** The program with the load benchmark: the product's, and {@code bench serve}. */
@QuarkusMain(name = "bench")
public final class BenchMain {
    BenchMain() {}

    /** As the product's, see {@link Main}. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine program = StepwiseCommand.commandLine();
        Objects.requireNonNull(program.getSubcommands().get("bench")).addSubcommand(new BenchServeCommand());
        return program.setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(program.getExecutionExceptionHandler())
                .setParameterExceptionHandler(program.getParameterExceptionHandler());
    }
}
