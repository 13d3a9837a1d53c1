package io.stepwise.app.command;

import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.jobs.JobExit;
import io.stepwise.training.TrainingOutcome;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The main command of a training job's process, which the service starts. */
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

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        StepwiseConfig config = Settings.read();
        RunFolder run = RunFolder.open(config.runs(), String.valueOf(id));
        TrainingOutcome outcome = LocalTrainer.train(run, config, device);
        Throwable failure = outcome.failure();
        if (failure != null) {
            failure.printStackTrace(spec.commandLine().getErr()); // the job's log
            spec.commandLine().getErr().flush();
        }
        return exit(outcome.kind()).code();
    }

    private static JobExit exit(TrainingOutcome.Kind kind) {
        return switch (kind) {
            case FINISHED, STOPPED -> JobExit.DONE;
            case STORAGE_TROUBLE -> JobExit.STORAGE;
            case OUT_OF_MEMORY -> JobExit.MEMORY;
            case BUSY -> JobExit.BUSY;
            case INVALID_SPECIFICATION, DIVERGED, FAILED -> JobExit.FAILED;
        };
    }
}
