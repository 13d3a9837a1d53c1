package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.diffusion.PowerProfile;
import io.stepwise.repository.ModelIntake;
import io.stepwise.repository.ModelRepository;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.average.Snapshots;
import io.stepwise.training.checkpoint.CheckpointFiles;
import io.stepwise.training.checkpoint.TrainingPosition;
import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.AverageChoice;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Publishes weights of a run that somebody chose: those of a checkpoint, or averages whose length is chosen after the training
 * (Karras et al. 2024, https://arxiv.org/abs/2312.02696, section 3). Needs no libtorch. The weights take 4 bytes of the heap per
 * parameter.
 *
 * @param datasets finds the data set of a run, whose labels the version has
 */
public record PostHocVersions(Path runs, Datasets datasets, ModelRepository models) {
    /** The largest {@link PowerProfile.Fit#error} that is published. */
    private static final double LARGEST_ERROR = .2;

    /**
     * @param model name of the model, created if it does not exist
     * @param request identifies a request that may be repeated; null for one without a key
     * @throws InvalidMessageException when there is no such run, it has no such checkpoint or snapshots, or no average that is
     *     near enough follows from them
     */
    public ModelIntake.Taken publish(String model, AverageChoice choice, ModelIntake.@Nullable Request request)
            throws IOException {
        RunFolder run = run(choice);
        TrainingSpec spec = run.spec();
        try (ImageDataset dataset = new SpecReferences(runs, datasets, models).open(spec, run)) {
            TrainingPlan plan = TrainingPlan.of(spec, dataset);
            Chosen chosen = choice.width() == null
                    ? ofCheckpoint(run, plan, choice)
                    : average(run, plan, choice, choice.width());
            OptionalInt newest = run.newestCheckpoint();
            TrainingPosition position = newest.isPresent()
                    ? CheckpointFiles.position(run.checkpointFolder(newest.getAsInt()))
                    : TrainingPosition.START;
            VersionWriter writer = new VersionWriter(plan.measured(position.objective()), run.id(), models);
            return new ModelIntake(models)
                    .publish(
                            model,
                            folder -> writer.write(folder, chosen.weights.read()),
                            writer.metadata(choice, chosen.step, chosen.metrics),
                            request);
        }
    }

    /** Weights up to a step, and numbers about them. */
    private record Chosen(int step, Weights weights, Map<String, Double> metrics) {}

    private interface Weights {
        float[] read() throws IOException;
    }

    private static Chosen ofCheckpoint(RunFolder run, TrainingPlan plan, AverageChoice choice) throws IOException {
        List<Integer> steps = run.checkpoints();
        if (steps.isEmpty()) {
            throw new InvalidMessageException(
                    "/from_run", '"' + choice.run() + '"', "a run that has made a checkpoint");
        }
        int step = stepOf(choice, steps, "checkpoints on the disk");
        Path folder = run.checkpointFolder(step);
        try {
            TrainingPosition position = CheckpointFiles.position(folder);
            float[] weights = CheckpointFiles.average(folder, plan.design().parameters());
            return new Chosen(step, () -> weights, CheckpointPublisher.metrics(position, run.events(0)));
        } catch (DamagedCheckpointException e) {
            throw new InvalidMessageException("/step", step, "a step whose checkpoint is whole: " + e.getMessage());
        }
    }

    private static Chosen average(RunFolder run, TrainingPlan plan, AverageChoice choice, double width)
            throws IOException {
        Snapshots snapshots = new Snapshots(run, plan.design().parameters());
        int step = step(choice, plan.spec(), snapshots.steps());
        PowerProfile.Fit fit = snapshots.fit(step, width);
        requireNear(width, fit);
        return new Chosen(step, () -> snapshots.weights(step, fit), Map.of("ema_error", fit.error()));
    }

    private RunFolder run(AverageChoice choice) {
        try {
            return RunFolder.open(runs, choice.run());
        } catch (NoSuchFileException e) {
            throw new InvalidMessageException("/from_run", '"' + choice.run() + '"', "the id of a run that is there");
        }
    }

    private static int step(AverageChoice choice, TrainingSpec spec, List<Integer> steps) {
        if (steps.isEmpty()) {
            throw new InvalidMessageException(
                    "/from_run",
                    '"' + choice.run() + '"',
                    spec.postHocEma()
                            ? "a run that has made a checkpoint"
                            : "a run that keeps averages: one with \"post_hoc_ema\": true");
        }
        return stepOf(choice, steps, "snapshots");
    }

    private static int stepOf(AverageChoice choice, List<Integer> steps, String what) {
        Integer asked = choice.step();
        if (asked != null && !steps.contains(asked)) {
            throw new InvalidMessageException("/step", asked, "one of the steps that have " + what + ", " + steps);
        }
        return asked == null ? steps.get(steps.size() - 1) : asked;
    }

    private static void requireNear(double width, PowerProfile.Fit fit) {
        if (fit.error() > LARGEST_ERROR) {
            throw new InvalidMessageException(
                    "/ema",
                    width,
                    String.format(
                            Locale.ROOT,
                            "nearer to 0.05 … 0.1, or of a run with a smaller checkpoint_every: what follows from the %d"
                                    + " snapshots is %.0f %% off",
                            fit.factors().length / 2,
                            100 * fit.error()));
        }
    }
}
