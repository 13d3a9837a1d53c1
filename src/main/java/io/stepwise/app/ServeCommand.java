package io.stepwise.app;

import io.quarkus.runtime.Quarkus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Serves HTTP until the process is told to end. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Serves HTTP.")
final class ServeCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Quarkus.run();
        return 0;
    }
}
