package io.stepwise.app;

import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;

/** Where the program starts. Only {@code serve} starts Quarkus. */
@QuarkusMain
public final class Main {
    private Main() {}

    /** Runs the command named by {@code args} and exits with 0, 1 (it failed) or 2 (wrong usage). */
    public static void main(String[] args) {
        System.exit(new CommandLine(new StepwiseCommand()).execute(args));
    }
}
