package io.stepwise.app;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Where the program starts. Only {@code serve} starts Quarkus. */
@QuarkusMain
public final class Main {
    Main() {}

    /** Runs the command named by {@code args} and exits with 0, 1 (it failed) or 2 (wrong usage). */
    public static void main(String[] args) {
        boolean development = args.length == 0 && LaunchMode.current() == LaunchMode.DEVELOPMENT;
        System.exit(StepwiseCommand.commandLine().execute(development ? new String[] {"serve"} : args));
    }
}
