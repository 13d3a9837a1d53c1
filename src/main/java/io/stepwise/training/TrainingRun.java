package io.stepwise.training;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.DatasetSpec;
import io.stepwise.data.Datasets;
import io.stepwise.data.ImageDataset;
import io.stepwise.repository.ModelRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One training run from its folder: opens the data set, goes on from the newest checkpoint (or another run's), trains,
 * and records how it ended.
 */
public final class TrainingRun {
    private static final int CHANNELS = 3;

    private final RunFolder run;
    private final Path runs;
    private final Datasets datasets;
    private final ModelRepository repository;
    private final InstantSource clock;

    /**
     * @param runs folder of all runs
     * @param run the folder of this one
     * @param datasets where its data set is found
     * @param repository where it publishes
     */
    public TrainingRun(Path runs, RunFolder run, Datasets datasets, ModelRepository repository, InstantSource clock) {
        this.runs = runs;
        this.run = run;
        this.datasets = datasets;
        this.repository = repository;
        this.clock = clock;
    }

    /**
     * Trains until the specified step or until asked to stop, which leaves a checkpoint to go on from.
     *
     * @return the steps done
     * @throws InvalidSpecException when the specification does not fit its data set
     * @throws DivergedException when the gradients stay infinite or NaN
     */
    public int train(BooleanSupplier stopAsked) throws IOException, InterruptedException {
        TrainingSpec spec = run.spec();
        ImageSize size = spec.imageSize();
        try (ImageDataset dataset =
                        datasets.open(new DatasetSpec(spec.dataset(), size.width(), size.height(), CHANNELS));
                NDManager manager = NDManager.newBaseManager()) {
            TrainingPlan plan = TrainingPlan.of(spec, dataset);
            Checkpoint from = startingPoint(plan);
            run.rewindTo(from.step());
            record(from.step() == 0 ? RunEvent.Type.STARTED : RunEvent.Type.RESUMED, from.step(), null);
            int imagesPerStep = spec.batchSize() * spec.gradientAccumulation();
            try (Progress progress = Progress.onStandardOutput(from.step(), spec.steps(), imagesPerStep)) {
                warn(plan, progress);
                TrainingLoop loop =
                        new TrainingLoop(plan, run, progress, new Publisher(plan, run, repository), stopAsked, clock);
                int step = loop.run(manager, from).step();
                record(step == spec.steps() ? RunEvent.Type.FINISHED : RunEvent.Type.PAUSED, step, null);
                return step;
            }
        } catch (IOException | RuntimeException e) {
            record(RunEvent.Type.FAILED, run.newestCheckpoint().orElse(0), e.toString());
            throw e;
        }
    }

    private Checkpoint startingPoint(TrainingPlan plan) throws IOException {
        OptionalInt newest = run.newestCheckpoint();
        if (newest.isPresent()) {
            return Checkpoint.read(
                    run.checkpointFolder(newest.getAsInt()), plan.net().parameters());
        }
        ResumePoint other = plan.spec().resumeFrom();
        if (other == null) {
            return plan.start();
        }
        RunFolder from = RunFolder.open(runs, other.run());
        Integer asked = other.step();
        int step = asked != null
                ? asked
                : from.newestCheckpoint()
                        .orElseThrow(() -> new IOException("run " + other.run() + " has no checkpoint to go on from"));
        return Checkpoint.read(from.checkpointFolder(step), plan.net().parameters());
    }

    private void warn(TrainingPlan plan, Progress progress) throws IOException {
        String warning = plan.warning().orElse(null);
        if (warning != null) {
            progress.message("warning: " + warning);
            record(RunEvent.Type.WARNING, 0, warning);
        }
    }

    private void record(RunEvent.Type type, int step, @Nullable String message) throws IOException {
        run.append(clock.instant(), type, step, message == null ? Map.of() : Map.of("message", message));
    }
}
