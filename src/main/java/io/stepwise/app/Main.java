package io.stepwise.app;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.stepwise.app.command.StepwiseCommand;
import java.util.Locale;

/** The entry point of the program. Only {@code serve} starts Quarkus. */
@QuarkusMain
public final class Main {
    Main() {}

    /** Runs the command that {@code args} names. Exits with 0, 1 (failure) or 2 (wrong usage). */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT); // libraries, too, write numbers that programs read, and messages in English
        int code = StepwiseCommand.commandLine().execute(args);
        if (LaunchMode.current() != LaunchMode.DEVELOPMENT) { // quarkus:dev restarts the command in the same JVM
            System.exit(code);
        }
    }
}
