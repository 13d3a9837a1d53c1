package io.stepwise.app.command;

import io.stepwise.app.IdleServerProcess;
import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.bench.load.LoadBench;
import io.stepwise.bench.load.LoadBenchOptions;
import io.stepwise.bench.load.LoadReport;
import io.stepwise.bench.load.Scenario;
import io.stepwise.bench.load.ServingSystem;
import io.stepwise.bench.load.Workers;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.Generator;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares ways of serving under load. */
@Command(
        name = "serve",
        showDefaultValues = true,
        description = "Compares step-level batching with request-level batching and none, under the same load.",
        footer = {
            "",
            "Everything runs in this process on the same threads, in turn. Loads are multiples of what the bare network",
            "reaches in a loop with these threads; a good answer comes within the objective. overload wants --seconds 600.",
            "http asks a server whose engines compute nothing; one is started for it unless --http names one.",
            "Example: stepwise bench serve --scenario mixed --seconds 900 --plot load.png"
        })
final class BenchServeCommand implements Callable<Integer> {
    @Option(
            names = "--scenario",
            split = ",",
            paramLabel = "NAME",
            showDefaultValue = Visibility.NEVER,
            description = "${COMPLETION-CANDIDATES}; by default all but training, overload and http.")
    private Set<Scenario> scenarios = LoadBenchOptions.DEFAULT_SCENARIOS;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "NAME",
            description = "Name of the model; by default the configured one.")
    private @Nullable String model;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long mixed takes in all, or training, or overload.")
    private double seconds = 300;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the requests.")
    private long seed = 0;

    @Option(names = "--loads", split = ",", paramLabel = "X", description = "Loads of mixed.")
    private List<Double> loads = List.of(0.3, 0.5, 0.7, 0.8, 0.9, 1.1);

    @Option(names = "--objective", paramLabel = "X", description = "Multiple of the solo latency that is still good.")
    private double objective = 3;

    @Option(
            names = "--engines",
            paramLabel = "N",
            description =
                    "Threads that compute; by default one per GPU, or as many as the processors have threads for.")
    private @Nullable Integer engines;

    @Option(names = "--threads", paramLabel = "N", description = "Native threads of each of them.")
    private int threads = 1;

    @Option(names = "--trace", paramLabel = "FILE", description = "Replays the requests of mixed from there.")
    private @Nullable Path trace;

    @Option(names = "--trace-out", paramLabel = "FILE", description = "Writes the requests of mixed, JSON lines.")
    private @Nullable Path traceOut;

    @Option(names = "--http", paramLabel = "URL", description = "A running server for http.")
    private @Nullable URI http;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draws stretch against load to a PNG file.")
    private @Nullable Path plot;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        StepwiseConfig config = Settings.read();
        LoadBenchOptions options = options(config);
        String name = model == null ? config.model() : model;
        ModelRepository repository = new ModelRepository(config.models());
        PrintWriter err = spec.commandLine().getErr();
        LoadBench bench = new LoadBench(
                repository,
                repository.served(name),
                (workers, registry) ->
                        new StepLevel(new LocalEngine(config, name, settings(config, workers), registry)),
                new BenchTrainingJob(config),
                IdleServerProcess::start,
                options,
                doing -> {
                    err.println(doing + " ...");
                    err.flush();
                });
        LoadReport report = bench.run();
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? report.json() + "\n" : report.text());
        out.flush();
        draw(report);
        return 0;
    }

    private static EngineSettings settings(StepwiseConfig config, Workers workers) {
        EngineSettings own = config.engineSettings();
        return new EngineSettings(
                workers.engines(),
                workers.threads(),
                own.maxBatch(),
                own.queueCapacity(),
                own.stretch(),
                own.longestWait(),
                null, // each measurement begins anew
                own.int8());
    }

    private LoadBenchOptions options(StepwiseConfig config) {
        try {
            return new LoadBenchOptions(
                    scenarios,
                    seconds,
                    seed,
                    loads,
                    objective,
                    new Workers(engines == null ? EngineSettings.enginesHere(Math.max(1, threads)) : engines, threads),
                    config.queue().capacity(),
                    trace,
                    traceOut,
                    http);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private void draw(LoadReport report) throws IOException {
        Optional<Pixels> drawn = report.plot();
        if (plot != null && drawn.isPresent()) {
            Files.write(plot, Png.encode(drawn.get()));
        }
    }

    /** The adapter from the product's scheduler to the benchmark. */
    private record StepLevel(LocalGenerator engine) implements ServingSystem {
        @Override
        public String name() {
            return "step-level";
        }

        @Override
        public Generator generator() {
            return engine.generator();
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
