package io.stepwise.training;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.BatchLoader;
import io.stepwise.diffusion.EmaDecay;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.Checkpoints;
import io.stepwise.training.checkpoint.TrainingPosition;
import io.stepwise.training.kind.Trainee;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunRecorder;
import io.stepwise.training.run.StorageException;
import io.stepwise.training.spec.LearningRate;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The training loop: one step of the {@link Trainee} after the other; from time to time metrics, samples and a checkpoint.
 *
 * <p>INVARIANT: a step's computation, and all that it leaves in the run's folder except times, is a pure function of
 * the specification, the data set, the step's number and the state after the previous step. On a CPU with a fixed
 * number of threads a resumed run therefore ends with the same bits as an uninterrupted one.
 *
 * <p>Used by one thread. Closing frees the network.
 */
final class TrainingLoop implements AutoCloseable {
    private static final int METRICS_EVERY = 20;
    private static final int MOST_SKIPPED = 100; // updates in a row whose gradients were not finite

    private final TrainingPlan plan;
    private final RunRecorder journal;
    private final Checkpoints checkpoints;
    private final CheckpointPublisher followUp;
    private final Progress progress;
    private final LearningRate learningRate;
    private final EmaDecay emaDecay;
    private final Trainee trainee;
    private final double secondsBefore;
    private final long startNanos = System.nanoTime();
    private int step;
    private int skipped;
    private double lastLoss;
    private long imagesSinceRow;
    private long rowNanos = startNanos;
    private double waitedAtRow;

    /**
     * @param journal records events, metrics and samples
     * @param followUp receives every checkpoint
     * @param progress receives every step; remains the caller's
     * @param manager owns the networks
     * @param from the checkpoint to resume from; not kept
     */
    TrainingLoop(
            TrainingPlan plan,
            RunRecorder journal,
            Checkpoints checkpoints,
            CheckpointPublisher followUp,
            Progress progress,
            NDManager manager,
            Checkpoint from) {
        this.plan = plan;
        this.journal = journal;
        this.checkpoints = checkpoints;
        this.followUp = followUp;
        this.progress = progress;
        learningRate = plan.spec().learningRateSchedule();
        emaDecay = plan.spec().emaSchedule();
        TrainingPosition position = from.position();
        step = position.step();
        skipped = position.skippedUpdates();
        lastLoss = position.loss();
        secondsBefore = position.wallSeconds();
        trainee = plan.design().begin(manager, from, plan.dataset(), plan.heldOut());
    }

    /**
     * Trains up to the specified number of steps or until asked to stop; the last step leaves a checkpoint.
     *
     * @param stopAsked is called after every step; true ends the loop
     * @return the steps done
     * @throws DivergedException when the gradients stay infinite or NaN
     * @throws StorageException when something cannot be written
     */
    int run(BooleanSupplier stopAsked) throws IOException, InterruptedException {
        TrainingSpec spec = plan.spec();
        try (BatchLoader loader = new BatchLoader(plan.dataset(), spec.batchSize(), spec.seed(), spec.flip())) {
            loader.seek((long) step * spec.gradientAccumulation());
            boolean stop = false;
            boolean over = step == spec.steps() || endsEarly();
            while (!over && !stop) {
                step++;
                Trainee.Step done = trainee.step(step, loader, optimizerStep());
                imagesSinceRow += (long) spec.batchSize() * spec.gradientAccumulation();
                watch(done.norm());
                progress.step(step, done.loss(), loader.waited());
                stop = stopAsked.getAsBoolean();
                Map<Metric, Double> measured = measured();
                if (step % METRICS_EVERY == 0 || step == spec.steps() || !measured.isEmpty()) {
                    row(loader, done.norm(), measured);
                }
                over = step == spec.steps() || (!measured.isEmpty() && endsEarly());
                if (spec.sampleDue(step)) {
                    aside(() -> journal.sample(step, trainee.sampleGrid()));
                }
                if (spec.checkpointDue(step) || stop || over) {
                    checkpoint();
                }
            }
            return step;
        }
    }

    private boolean endsEarly() throws IOException {
        return plan.spec().earlyStop() != null
                && EarlyEnd.of(plan.spec(), journal.metrics()).isPresent();
    }

    /** Counts updates that were skipped. */
    private void watch(double norm) throws IOException {
        skipped = Double.isFinite(norm) ? 0 : skipped + 1;
        if (skipped == 1) {
            journal.warning(step, "step " + step + ": gradients are not finite; the update was skipped");
        }
        if (skipped > MOST_SKIPPED) {
            throw new DivergedException("gradients were not finite for " + skipped + " steps up to step " + step);
        }
    }

    private OptimizerStep optimizerStep() {
        TrainingSpec spec = plan.spec();
        double clipNorm = spec.gradientClip() == 0 ? Double.POSITIVE_INFINITY : spec.gradientClip();
        return spec.optimizer().step(learningRate.at(step), clipNorm, emaDecay.at(step));
    }

    /** What is due to be measured at this step; empty if nothing is. */
    private Map<Metric, Double> measured() throws IOException {
        Map<Metric, Double> measured = new EnumMap<>(Metric.class);
        if (plan.spec().validationDue(step)) {
            aside(() -> measured.putAll(trainee.heldOut()));
        }
        if (plan.spec().judgementDue(step)) {
            journal.console().accept("step " + step + ": measuring samples");
            aside(() -> measured.putAll(new SampleJudge(plan.dataset()).of(trainee)));
        }
        return measured;
    }

    /** Does something else than training, whose time does not count in the speed of training. */
    private void aside(StorageException.Action action) throws IOException {
        long before = System.nanoTime();
        action.run();
        long took = System.nanoTime() - before;
        rowNanos += took;
        progress.skip(took);
    }

    private void row(BatchLoader loader, double norm, Map<Metric, Double> measured) throws IOException {
        long now = System.nanoTime();
        double waited = loader.waited().toNanos() / 1e9;
        Trainee.Report report = trainee.report();
        List<Double> quarters = report.quarters();
        Map<Metric, Double> columns = new EnumMap<>(Metric.class);
        columns.putAll(report.measured());
        columns.putAll(measured);
        record(new MetricsRow(
                step,
                report.loss(),
                quarters.get(0),
                quarters.get(1),
                quarters.get(2),
                quarters.get(3),
                learningRate.at(step),
                norm,
                emaDecay.at(step),
                imagesSinceRow * 1e9 / (now - rowNanos),
                seconds(),
                waited - waitedAtRow,
                columns));
        lastLoss = report.loss();
        waitedAtRow = waited;
        rowNanos = now;
        imagesSinceRow = 0;
    }

    private void record(MetricsRow row) throws IOException {
        journal.metrics(row);
        Optional<String> concern = trainee.concern(row, journal::metrics);
        if (concern.isPresent()) {
            journal.warning(step, concern.get());
        }
    }

    /** Makes the rows durable first: a run that resumes from the checkpoint continues after them. */
    private void checkpoint() throws IOException {
        journal.syncMetrics();
        Checkpoint checkpoint = new Checkpoint(
                new TrainingPosition(step, seconds(), skipped, lastLoss, trainee.sums(), trainee.objective()),
                trainee.tensors().weights().toArray(),
                trainee.tensors().average().toArray(),
                trainee.tensors().state(),
                trainee.powers());
        checkpoints.write(checkpoint);
        followUp.settle(checkpoint);
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - startNanos) / 1e9;
    }

    @Override
    public void close() {
        trainee.close();
    }
}
