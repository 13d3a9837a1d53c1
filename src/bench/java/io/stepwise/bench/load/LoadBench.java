package io.stepwise.bench.load;

import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The load benchmark. It compares three ways of serving the same requests on the same threads: batching of denoising
 * steps (the product), tuned batching of requests, and no batching. All are compared with the bare loop over the
 * network.
 *
 * <p>We do not use a load generator, because these send HTTP to one server. This benchmark plays the same trace to
 * several schedulers in one process.
 */
public final class LoadBench {
    private static final double TUNING = 0.3; // of the mixed sweep's time

    private final ModelRepository repository;
    private final ModelVersion version;
    private final ServingSystem.Opener product;
    private final TrainingJob training;
    private final IdleServer.Opener server;
    private final LoadBenchOptions options;
    private final Consumer<String> progress;

    /**
     * Creates the benchmark.
     *
     * @param version the model version that all systems serve
     * @param product starts the product's scheduler, which serves {@code version} to requests without a model name
     * @param training a training job for the scenario with training
     * @param server starts a server for the HTTP scenario if the options give none
     * @param progress receives short progress messages
     */
    public LoadBench(
            ModelRepository repository,
            ModelVersion version,
            ServingSystem.Opener product,
            TrainingJob training,
            IdleServer.Opener server,
            LoadBenchOptions options,
            Consumer<String> progress) {
        this.repository = repository;
        this.version = version;
        this.product = product;
        this.training = training;
        this.server = server;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Runs the measurements. This takes the time in the options and up to ten minutes more, mostly for the deep backlog
     * and the warm-up.
     */
    public LoadReport run() throws IOException, InterruptedException {
        List<Finding> findings = new ArrayList<>();
        if (wants(Scenario.HTTP)) {
            progress.accept("HTTP");
            findings.add(http());
        }
        if (options.computes()) {
            progress.accept("the raw loop");
            try (Testbed bed = Testbed.open(repository, version, product, options)) {
                findings.add(bed.rates());
                compute(bed, findings);
            }
        }
        return new LoadReport(setting(), findings);
    }

    private Finding http() throws IOException, InterruptedException {
        URI running = options.http();
        if (running != null) {
            return HttpOverhead.measure(running);
        }
        try (IdleServer own = server.open()) {
            return HttpOverhead.measure(own.address());
        }
    }

    private boolean wants(Scenario scenario) {
        return options.scenarios().contains(scenario);
    }

    private void compute(Testbed bed, List<Finding> findings) throws IOException, InterruptedException {
        if (wants(Scenario.SATURATED)) {
            progress.accept("a deep backlog");
            findings.add(Saturated.measure(bed));
        }
        if (wants(Scenario.LONE)) {
            progress.accept("a lone request");
            findings.add(LoneRequest.measure(bed));
        }
        if (wants(Scenario.BESIDE) || wants(Scenario.MIXED)) {
            compare(bed, findings);
        }
        if (wants(Scenario.TRAINING)) {
            progress.accept("beside a training job");
            findings.add(BesideTraining.measure(bed, training));
        }
        if (wants(Scenario.OVERLOAD)) {
            progress.accept("overload");
            findings.add(Overload.measure(bed));
        }
    }

    private void compare(Testbed bed, List<Finding> findings) throws IOException, InterruptedException {
        progress.accept("tuning request-level batching");
        @Nullable MixedSweep sweep = wants(Scenario.MIXED) ? MixedSweep.prepare(bed) : null;
        SoloLatency solo = sweep == null ? MixedSweep.solo(bed, List.of()) : sweep.solo();
        BatchTuning tuning = BatchTuning.search(bed, solo, TUNING * options.seconds());
        findings.add(tuning);
        if (wants(Scenario.BESIDE)) {
            progress.accept("short requests beside long ones");
            findings.add(ShortBesideLong.measure(bed, solo, tuning.batching()));
        }
        if (sweep != null) {
            findings.add(sweep.run(tuning.batching(), progress));
        }
    }

    private Map<String, Object> setting() {
        Map<String, Object> setting = new LinkedHashMap<>();
        setting.put("cpus", Runtime.getRuntime().availableProcessors());
        if (options.computes()) {
            setting.put("model", version.model());
            setting.put("version", version.number());
            setting.put("engines", options.workers().engines());
            setting.put("threads", options.workers().threads());
            setting.put("queue_capacity", options.capacity());
            setting.put("seed", options.seed());
        }
        setting.put(
                "scenarios",
                options.scenarios().stream().map(Scenario::toString).sorted().toList());
        return setting;
    }
}
