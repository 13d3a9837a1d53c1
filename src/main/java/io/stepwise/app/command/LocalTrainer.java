package io.stepwise.app.command;

import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.repository.ModelRepository;
import io.stepwise.torchscript.NativeThreads;
import io.stepwise.training.TrainingOutcome;
import io.stepwise.training.TrainingRun;
import io.stepwise.training.mlflow.MlflowMirror;
import io.stepwise.training.run.MoreSteps;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunState;
import io.stepwise.training.run.RunStatus;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * Trains in this process. When the process gets a signal to end (Ctrl-C, SIGTERM), training stops after the current
 * step and writes a checkpoint. {@code --resume RUN} resumes from there.
 */
final class LocalTrainer implements TrainCommand.Trainer {
    @Override
    public void train(TrainingSpec spec, StepwiseConfig config, PrintWriter out) throws IOException {
        Path runs = config.runs();
        RunFolder run = RunFolder.create(runs, spec, Clock.systemUTC().instant(), RandomGenerator.getDefault());
        train(run, config, out);
    }

    @Override
    public void resume(String id, OptionalInt steps, StepwiseConfig config, PrintWriter out) throws IOException {
        RunFolder run = RunFolder.open(config.runs(), id);
        RunStatus status = run.eventLog().last().map(RunEvent::status).orElse(new RunStatus(RunState.PAUSED, null, 0));
        if (status.wanted() != null) {
            throw new IllegalArgumentException(
                    "run " + id + " is a job of a service: use POST /train/" + id + "/resume");
        }
        if (steps.isPresent()) {
            MoreSteps.set(run, steps.getAsInt()).ifPresent(warning -> out.println("warning: " + warning));
        } else if (status.state() == RunState.SUCCEEDED) {
            throw new IllegalArgumentException("run " + id + " has done all its steps, "
                    + run.spec().steps() + ": give it more with --set steps=N");
        }
        train(run, config, out);
    }

    private static void train(RunFolder run, StepwiseConfig config, PrintWriter out) throws IOException {
        out.println("run " + run.id() + " in " + run.root());
        out.flush();
        NativeThreads.ofThisThread(config.train().nativeThreads());
        try {
            TrainingOutcome outcome = train(run, config, 0);
            int step = outcome.orThrow();
            if (outcome.kind() == TrainingOutcome.Kind.STOPPED) {
                out.println("stopped at step " + step + "; go on with --resume " + run.id());
                out.flush();
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("training was interrupted");
        }
    }

    /** Trains {@code run} from its newest checkpoint, on the device with that number. */
    static TrainingOutcome train(RunFolder run, StepwiseConfig config, int device) throws InterruptedException {
        TrainingRun training = training(run, config);
        try (StopOnSignal signals = new StopOnSignal();
                MlflowMirror mirror = config.train()
                        .mlflowServer()
                        .map(server -> MlflowMirror.start(run, server))
                        .orElse(null)) {
            return training.train(signals::isAsked, device);
        }
    }

    private static TrainingRun training(RunFolder run, StepwiseConfig config) {
        return new TrainingRun(
                config.runs(),
                run,
                config.openDatasets(),
                new ModelRepository(config.models()),
                config.retention(),
                Clock.systemUTC());
    }
}
