package io.stepwise.app.command;

import io.stepwise.app.TrainingWiring;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.bench.load.TrainingJob;
import io.stepwise.jobs.JobProcess;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;

/**
 * A training job on the built-in faces, in a process that is started as the service starts it. It leaves no files
 * behind.
 */
record BenchTrainingJob(StepwiseConfig config) implements TrainingJob {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Map<String, Object> ENDLESS =
            Map.of("steps", 10_000_000, "checkpoint_every", 0, "sample_every", 0, "publish", "never");

    @Override
    public Running start() throws IOException, InterruptedException {
        Path runs = Files.createTempDirectory("stepwise-bench");
        TrainingSpec spec = TrainingSpecJson.with(TrainingSpec.defaults(), ENDLESS);
        RunFolder run = RunFolder.enqueue(runs, spec, Clock.systemUTC().instant(), RandomGenerator.getDefault());
        JobProcess process = TrainingWiring.localLauncher(config, runs).launch(run, 0);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (run.lastMetrics().isEmpty()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                String log = Files.readString(run.logFile());
                end(process, runs);
                throw new IOException("the training job does not train: " + log);
            }
            Thread.sleep(100);
        }
        return () -> end(process, runs);
    }

    private static void end(JobProcess process, Path runs) throws IOException, InterruptedException {
        process.kill();
        try {
            process.gone().get();
        } catch (ExecutionException e) {
            throw new IOException("the training job can't be waited for", e);
        }
        DurableFiles.deleteTree(runs);
    }
}
