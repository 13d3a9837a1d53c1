package io.stepwise.app;

import io.stepwise.jobs.JobExit;
import io.stepwise.training.InvalidSpecException;
import io.stepwise.training.RunFolder;
import io.stepwise.training.RunLock;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the process of a training job does; the service starts it. */
@Command(
        name = "train-job",
        hidden = true,
        description = "Trains the run of that id from its newest checkpoint on, as the process of a training job.",
        footer = {
            "",
            "Exit codes: 0 done or stopped as asked, 1 the run has failed, 71 not enough memory, 74 files can't be",
            "read or written, 75 another process trains the run."
        })
final class TrainJobCommand implements Callable<Integer> {
    @Option(names = "--device", paramLabel = "N", description = "Which device it computes on, from 0.")
    private int device;

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private @Nullable String id;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StepwiseConfig config = Settings.read();
        RunFolder run = RunFolder.open(config.runs(), String.valueOf(id));
        Optional<RunLock> lock = RunLock.tryAcquire(run, device);
        if (lock.isEmpty()) {
            return JobExit.BUSY.code();
        }
        try (RunLock held = lock.get()) {
            LocalTrainer.train(run, config);
            return JobExit.DONE.code();
        } catch (OutOfMemoryError e) {
            e.printStackTrace(); // NOPMD the log of the job is its standard output
            return JobExit.MEMORY.code();
        } catch (InvalidSpecException e) {
            e.printStackTrace();
            return JobExit.FAILED.code();
        }
    }
}
