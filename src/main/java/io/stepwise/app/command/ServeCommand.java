package io.stepwise.app.command;

import io.quarkus.runtime.Quarkus;
import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.app.server.StopSignals;
import io.stepwise.schema.MessageSchema;
import io.stepwise.torchscript.Gpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves HTTP until the process gets a signal to end. */
@Command(
        name = "serve",
        description = "Serves HTTP: the page at /, POST /generate, the contract at /q/openapi.",
        footer = {
            "",
            "Without API keys (stepwise.auth.keys) the service is for this machine alone; --host 0.0.0.0 opens it to the",
            "network all the same. With keys it listens to the network.",
            "All settings of Quarkus work as anywhere, such as QUARKUS_HTTP_PORT."
        })
final class ServeCommand implements Callable<Integer> {
    private static final String HOST = "quarkus.http.host";

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Port to listen on; 0 takes a free one. By default 8080.")
    private @Nullable Integer port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Address to listen on; by default 127.0.0.1, or 0.0.0.0 where API keys are configured.")
    private @Nullable String host;

    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            description =
                    "The model repository; by default STEPWISE_MODELS, or else 'models' in the working directory.")
    private @Nullable Path models;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "NAME",
            description = "The default model, for requests that name none; by default faces.")
    private @Nullable String model;

    @Override
    public Integer call() throws IOException {
        new Thread(ServeCommand::prepare, "preparation").start();
        set("quarkus.http.port", port);
        set(HOST, host);
        set("stepwise.models", models);
        set("stepwise.model", model);
        StepwiseConfig config = Settings.read();
        if (Settings.userValue(HOST).isEmpty() && !config.auth().keys().isEmpty()) {
            set(HOST, "0.0.0.0");
        }
        new StopSignals().install();
        Quarkus.run();
        return 0;
    }

    /** Loads beside the start of Quarkus what takes long and needs no settings: libtorch and the contract. */
    private static void prepare() {
        Gpus.count();
        MessageSchema.of("GenerateRequest");
    }

    private static void set(String key, @Nullable Object value) {
        if (value != null) {
            System.setProperty(key, value.toString());
        }
    }
}
