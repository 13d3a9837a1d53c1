package io.stepwise.app;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.stepwise.app.command.StepwiseCommand;

/** Where the program starts. Only {@code serve} starts Quarkus. */
@QuarkusMain
public final class Main {
    Main() {}

    /** Runs the command named by {@code args} and exits with 0, 1 (it failed) or 2 (wrong usage). */
    public static void main(String[] args) {
        int code = StepwiseCommand.commandLine().execute(args);
        if (LaunchMode.current() != LaunchMode.DEVELOPMENT) { // quarkus:dev starts the command anew in the same JVM
            System.exit(code);
        }
    }
}
