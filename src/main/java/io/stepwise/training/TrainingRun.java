package io.stepwise.training;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.average.Snapshots;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.Checkpoints;
import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.RunBusyException;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunLock;
import io.stepwise.training.run.RunRecorder;
import io.stepwise.training.run.StorageException;
import io.stepwise.training.spec.Kind;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One training run in its folder: opens the data set, resumes from the newest complete checkpoint (or from another
 * run's), trains, and records how it ended.
 *
 * <p>It may be killed at any instant. Started again on the same folder, it ends with the same weights, metrics, samples
 * and published versions as an uninterrupted run, and repeats at most the work since the last checkpoint.
 *
 * <p>INVARIANT: one process at a time trains a run; it holds its {@link RunLock}.
 */
public record TrainingRun(
        Path runs,
        RunFolder run,
        Datasets datasets,
        ModelRepository repository,
        Retention retention,
        InstantSource clock) {
    /**
     * Trains until the specified step or until asked to stop, which leaves a checkpoint to resume from. A failure is in
     * the outcome, and in the run's events if they can still be written.
     *
     * @param stopAsked is called after every step
     */
    public TrainingOutcome train(BooleanSupplier stopAsked) throws InterruptedException {
        return train(stopAsked, 0);
    }

    /**
     * The same on one of several devices.
     *
     * @param device number of the device, for the lock's file
     */
    public TrainingOutcome train(BooleanSupplier stopAsked, int device) throws InterruptedException {
        try (RunLock alone = lock(device)) {
            try {
                return trainAlone(stopAsked);
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                return failed(e);
            }
        } catch (IOException | RunBusyException e) {
            return TrainingOutcome.of(lastCheckpoint(), e);
        }
    }

    private SpecReferences inputs() {
        return new SpecReferences(runs, datasets, repository);
    }

    private RunLock lock(int device) throws IOException {
        return StorageException.guard(run.root(), () -> RunLock.tryAcquire(run, device))
                .orElseThrow(() -> new RunBusyException(run.id()));
    }

    private TrainingOutcome trainAlone(BooleanSupplier stopAsked) throws IOException, InterruptedException {
        TrainingSpec spec = run.spec();
        int imagesPerStep = spec.batchSize() * spec.gradientAccumulation();
        try (ImageDataset dataset = inputs().open(spec, run);
                NDManager manager = NDManager.newBaseManager();
                Progress progress = Progress.onStandardOutput(spec.steps(), imagesPerStep)) {
            TrainingPlan plan = TrainingPlan.of(spec, dataset);
            RunRecorder journal = new RunRecorder(run, clock, progress::message);
            try (TrainingLoop loop = restored(plan, journal, progress, manager)) {
                int step = loop.run(stopAsked);
                Optional<EarlyEnd> early = EarlyEnd.of(spec, journal.metrics());
                boolean finished = step == spec.steps() || early.isPresent();
                journal.event(
                        finished ? RunEvent.Type.FINISHED : RunEvent.Type.PAUSED,
                        step,
                        step == spec.steps()
                                ? Map.of()
                                : early.map(EarlyEnd::details).orElse(Map.of()));
                return TrainingOutcome.of(step, finished);
            }
        }
    }

    /** The loop at the newest checkpoint, after the actions that were due for it, in a folder without later files. */
    private TrainingLoop restored(TrainingPlan specified, RunRecorder journal, Progress progress, NDManager manager)
            throws IOException {
        Checkpoints checkpoints = new Checkpoints(run, specified.design().parameters());
        checkpoints.sweep();
        new Snapshots(run, checkpoints.parameters()).sweep();
        Checkpoint own = newestWhole(checkpoints, journal, specified.spec().kind());
        RunStart start = own == null ? RunStart.of(specified, inputs()) : new RunStart(own, Map.of(), List.of());
        Checkpoint from = start.state();
        TrainingPlan plan = specified.measured(from.position().objective());
        VersionWriter publisher = new VersionWriter(plan, run.id(), repository);
        CheckpointPublisher followUp = new CheckpointPublisher(plan.spec(), journal, checkpoints, publisher, retention);
        progress.resumeAt(from.step());
        journal.rewindTo(from.step());
        RunEvent.Type begin = from.step() == 0 ? RunEvent.Type.STARTED : RunEvent.Type.RESUMED;
        journal.event(
                begin,
                from.step(),
                SpecReferences.withOrder(start.details(), plan.dataset().labels()));
        for (String warning : start.warnings()) {
            journal.warning(from.step(), warning);
        }
        if (own == null) {
            prepareModels(plan.spec());
        } else {
            followUp.settle(own);
        }
        return new TrainingLoop(plan, journal, checkpoints, followUp, progress, manager, from);
    }

    /**
     * The newest undamaged checkpoint; later ones are renamed. Null if there is no checkpoint.
     *
     * @throws DamagedCheckpointException when there are only damaged ones, which stay: starting again from step 0 is a
     *     decision for people
     */
    private static @Nullable Checkpoint newestWhole(Checkpoints checkpoints, RunRecorder journal, Kind kind)
            throws IOException {
        Map<Integer, DamagedCheckpointException> damaged = new LinkedHashMap<>();
        for (int step : checkpoints.newestFirst()) {
            try {
                Checkpoint whole = checkpoints.read(step);
                for (Map.Entry<Integer, DamagedCheckpointException> one : damaged.entrySet()) {
                    journal.warning(one.getKey(), one.getValue().getMessage() + "; going on from step " + step);
                    checkpoints.setAside(one.getKey());
                }
                return whole;
            } catch (DamagedCheckpointException e) {
                damaged.put(step, e);
            } catch (InvalidModelException e) {
                throw new InvalidMessageException(
                        kind.networkField(), "another network", "that of the run's checkpoints: " + e.getMessage());
            }
        }
        if (!damaged.isEmpty()) {
            throw damaged.values().iterator().next();
        }
        return null;
    }

    /**
     * Creates the folder of all models when the run begins, and never later: if it is gone then, its volume is gone.
     */
    private void prepareModels(TrainingSpec spec) throws IOException {
        if (spec.publish() != TrainingSpec.Publish.NEVER) {
            Path models = repository.root();
            StorageException.guard(models, () -> Files.createDirectories(models));
        }
    }

    private TrainingOutcome failed(Throwable failure) {
        TrainingOutcome outcome = TrainingOutcome.of(lastCheckpoint(), failure);
        boolean goesOn = outcome.kind() == TrainingOutcome.Kind.STORAGE_TROUBLE;
        String message = outcome.kind() == TrainingOutcome.Kind.FAILED
                ? "an unexpected failure, which the job's log describes"
                : outcome.message();
        Map<String, String> details =
                Map.of("message", message, "reason", outcome.kind().name().toLowerCase(Locale.ROOT));
        try {
            run.append(clock.instant(), goesOn ? RunEvent.Type.BLOCKED : RunEvent.Type.FAILED, outcome.step(), details);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            failure.addSuppressed(e); // most likely the same problem
        }
        return outcome;
    }

    private int lastCheckpoint() {
        try {
            return run.newestCheckpoint().orElse(0);
        } catch (IOException e) {
            return 0; // the failure itself says what is wrong with the folder
        }
    }
}
