package io.stepwise.training;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.Batch;
import io.stepwise.data.BatchLoader;
import io.stepwise.diffusion.EmaDecay;
import io.stepwise.model.OptimizerStep;
import io.stepwise.model.TrainingBatch;
import io.stepwise.model.TrainingNetwork;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The DDPM training loop (Ho et al. 2020, algorithm 1): images, noise, loss and gradients, an update of the weights and
 * of their moving average, and now and then metrics, samples and a checkpoint.
 *
 * <p>INVARIANT: what a step does is a pure function of the specification, the data set, the step's number and the state
 * that the step before left. On a CPU with a fixed number of threads a resumed run therefore ends with the same bits as
 * one that never stopped.
 */
final class TrainingLoop {
    private static final int METRICS_EVERY = 20;
    private static final int MOST_SKIPPED = 100; // updates in a row whose gradients weren't finite

    private final TrainingPlan plan;
    private final RunFolder run;
    private final Progress progress;
    private final Publisher publisher;
    private final BooleanSupplier stopAsked;
    private final InstantSource clock;
    private final LearningRate learningRate;
    private final EmaDecay emaDecay;
    private StepStatistics statistics;
    private double secondsBefore;
    private long startNanos;
    private long rowNanos;
    private double waitedAtRow;
    private int skipped;
    private double lastLoss = Double.NaN;

    /**
     * @param plan what to do
     * @param run where everything is written
     * @param progress told of every step; stays the caller's
     * @param publisher shown every checkpoint
     * @param stopAsked asked after every step; true ends the loop after a checkpoint
     * @param clock of the events
     */
    public TrainingLoop(
            TrainingPlan plan,
            RunFolder run,
            Progress progress,
            Publisher publisher,
            BooleanSupplier stopAsked,
            InstantSource clock) {
        this.plan = plan;
        this.run = run;
        this.progress = progress;
        this.publisher = publisher;
        this.stopAsked = stopAsked;
        this.clock = clock;
        learningRate = plan.spec().learningRateSchedule();
        emaDecay = plan.spec().emaSchedule();
        statistics = new StepStatistics(plan.spec().timesteps());
    }

    /**
     * Trains from {@code from} on, up to the specified number of steps or until asked to stop.
     *
     * @return the last checkpoint
     * @throws DivergedException when the gradients stay infinite or NaN
     */
    Checkpoint run(NDManager manager, Checkpoint from) throws IOException, InterruptedException {
        TrainingSpec spec = plan.spec();
        NoisedBatches noised = new NoisedBatches(spec, plan.schedule(), plan.noLabel());
        try (TrainingNetwork network = plan.network(manager, from);
                BatchLoader loader = new BatchLoader(
                        plan.dataset(), new BatchLoader.Options(spec.batchSize(), spec.seed(), spec.flip()))) {
            loader.seek((long) from.step() * spec.gradientAccumulation());
            secondsBefore = from.wallSeconds();
            startNanos = System.nanoTime();
            rowNanos = startNanos;
            int step = from.step();
            boolean stop = false;
            while (step < spec.steps() && !stop) {
                double loss = gradients(network, loader, noised);
                step++;
                double norm = update(network, step);
                progress.step(step, loss);
                stop = stopAsked.getAsBoolean();
                report(network, loader, step, norm, stop);
            }
            return checkpoint(network, step, !stop || step == spec.steps());
        }
    }

    private double gradients(TrainingNetwork network, BatchLoader loader, NoisedBatches noised)
            throws InterruptedException {
        int parts = plan.spec().gradientAccumulation();
        double loss = 0;
        for (int i = 0; i < parts; i++) {
            long number = loader.position();
            Batch images = loader.nextBatch();
            TrainingBatch batch = noised.of(images, number, 1.0 / parts);
            plan.seedDropout(number);
            loss += statistics.add(batch, network.accumulateGradients(batch)) / parts;
        }
        return loss;
    }

    private double update(TrainingNetwork network, int step) throws IOException {
        double norm = network.update(optimizerStep(step));
        skipped = Double.isFinite(norm) ? 0 : skipped + 1;
        if (skipped == 1) {
            warn(step, "gradients are not finite; the update was skipped");
        }
        if (skipped > MOST_SKIPPED) {
            throw new DivergedException("gradients were not finite for " + skipped + " steps up to step " + step);
        }
        return norm;
    }

    private OptimizerStep optimizerStep(int step) {
        TrainingSpec spec = plan.spec();
        OptimizerSpec optimizer = spec.optimizer();
        return new OptimizerStep(
                optimizer.kind() == OptimizerSpec.Kind.ADAMW
                        ? OptimizerStep.Algorithm.ADAMW
                        : OptimizerStep.Algorithm.ADAM,
                learningRate.at(step),
                optimizer.beta1(),
                optimizer.beta2(),
                optimizer.eps(),
                optimizer.weightDecay(),
                spec.gradientClip() == 0 ? Double.POSITIVE_INFINITY : spec.gradientClip(),
                emaDecay.at(step));
    }

    private void report(TrainingNetwork network, BatchLoader loader, int step, double norm, boolean stop)
            throws IOException {
        TrainingSpec spec = plan.spec();
        boolean last = step == spec.steps() || stop;
        if (step % METRICS_EVERY == 0 || last) {
            writeMetrics(loader, step, norm);
        }
        if (spec.sampleEvery() > 0 && (step % spec.sampleEvery() == 0 || step == spec.steps())) {
            run.writeSample(step, plan.sampleGrid().png(network.manager(), network.average()));
            run.append(clock.instant(), RunEvent.Type.SAMPLE, step, Map.of());
        }
        if (spec.checkpointEvery() > 0 && step % spec.checkpointEvery() == 0 && !last) {
            checkpoint(network, step, false);
        }
    }

    private void writeMetrics(BatchLoader loader, int step, double norm) throws IOException {
        long now = System.nanoTime();
        double waited = loader.waited().toNanos() / 1e9;
        run.append(new MetricsRow(
                step,
                statistics.mean(),
                statistics.quarter(0),
                statistics.quarter(1),
                statistics.quarter(2),
                statistics.quarter(3),
                learningRate.at(step),
                norm,
                emaDecay.at(step),
                statistics.images() * 1e9 / (now - rowNanos),
                seconds(),
                waited - waitedAtRow));
        lastLoss = statistics.mean();
        waitedAtRow = waited;
        rowNanos = now;
        statistics = new StepStatistics(plan.spec().timesteps());
    }

    private Checkpoint checkpoint(TrainingNetwork network, int step, boolean last) throws IOException {
        Checkpoint checkpoint = new Checkpoint(
                step, seconds(), network.weights().toArray(), network.average().toArray(), network.optimizerState());
        checkpoint.write(run.checkpointFolder(step), network.net().parameters());
        run.append(clock.instant(), RunEvent.Type.CHECKPOINT, step, Map.of());
        Map<String, Object> published = publisher.checkpointed(network.manager(), checkpoint, lastLoss, last);
        if (published != null) {
            run.append(clock.instant(), RunEvent.Type.PUBLISHED, step, published);
            progress.message("published " + published.get("model") + " version " + published.get("version"));
        }
        return checkpoint;
    }

    private void warn(int step, String message) throws IOException {
        progress.message("warning: step " + step + ": " + message);
        run.append(clock.instant(), RunEvent.Type.WARNING, step, Map.of("message", message));
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - startNanos) / 1e9;
    }
}
