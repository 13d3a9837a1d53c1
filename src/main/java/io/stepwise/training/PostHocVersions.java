package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.diffusion.PowerProfile;
import io.stepwise.repository.ModelIntake;
import io.stepwise.repository.ModelRepository;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.average.Snapshots;
import io.stepwise.training.checkpoint.CheckpointFiles;
import io.stepwise.training.checkpoint.TrainingPosition;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.AverageChoice;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Publishes averages of a run's weights whose length is chosen after the training (Karras et al. 2024,
 * https://arxiv.org/abs/2312.02696, section 3). Needs no libtorch. An average takes 4 bytes of the heap per parameter.
 */
public final class PostHocVersions {
    /** The largest {@link PowerProfile.Fit#error} that is published. */
    private static final double LARGEST_ERROR = .2;

    private final SpecReferences inputs;

    /**
     * @param runs folder of all runs
     * @param datasets finds the data set of a run, whose labels the version has
     * @param models receives the versions
     */
    public PostHocVersions(Path runs, Datasets datasets, ModelRepository models) {
        inputs = new SpecReferences(runs, datasets, models);
    }

    /**
     * Publishes an average.
     *
     * @param model name of the model, created if it does not exist
     * @param request identifies a request that may be repeated; null for one without a key
     * @throws InvalidMessageException when there is no such run, it has no such snapshots, or no average that is near enough
     *     follows from them
     */
    public ModelIntake.Taken publish(String model, AverageChoice choice, ModelIntake.@Nullable Request request)
            throws IOException {
        RunFolder run = run(choice);
        TrainingSpec spec = run.spec();
        OptionalInt newest = run.newestCheckpoint();
        try (ImageDataset dataset = inputs.open(spec, run)) {
            TrainingPlan plan = TrainingPlan.of(spec, dataset);
            Snapshots snapshots = new Snapshots(run, plan.design().parameters());
            int step = step(choice, spec, snapshots.steps());
            PowerProfile.Fit fit = snapshots.fit(step, choice.width());
            requireNear(choice, fit);
            TrainingPosition position = newest.isPresent()
                    ? CheckpointFiles.position(run.checkpointFolder(newest.getAsInt()))
                    : TrainingPosition.START;
            VersionWriter writer = new VersionWriter(plan.measured(position.objective()), run.id(), inputs.models());
            return new ModelIntake(inputs.models())
                    .publish(
                            model,
                            folder -> writer.write(folder, snapshots.weights(step, fit)),
                            writer.metadata(step, choice.width(), fit.error()),
                            request);
        }
    }

    private RunFolder run(AverageChoice choice) {
        try {
            return RunFolder.open(inputs.runs(), choice.run());
        } catch (NoSuchFileException e) {
            throw refused("/from_run", '"' + choice.run() + '"', "the id of a run that is there");
        }
    }

    private static int step(AverageChoice choice, TrainingSpec spec, List<Integer> steps) {
        if (steps.isEmpty()) {
            throw refused(
                    "/from_run",
                    '"' + choice.run() + '"',
                    spec.postHocEma()
                            ? "a run that has made a checkpoint"
                            : "a run that keeps averages: one with \"post_hoc_ema\": true");
        }
        Integer asked = choice.step();
        if (asked != null && !steps.contains(asked)) {
            throw refused("/step", asked, "one of the steps that have snapshots, " + steps);
        }
        return asked == null ? steps.get(steps.size() - 1) : asked;
    }

    private static void requireNear(AverageChoice choice, PowerProfile.Fit fit) {
        if (fit.error() > LARGEST_ERROR) {
            throw refused(
                    "/ema",
                    choice.width(),
                    String.format(
                            Locale.ROOT,
                            "nearer to 0.05 … 0.1, or of a run with a smaller checkpoint_every: what follows from the %d"
                                    + " snapshots is %.0f %% off",
                            fit.factors().length / 2,
                            100 * fit.error()));
        }
    }

    private static InvalidMessageException refused(String pointer, Object value, String allowed) {
        return new InvalidMessageException(List.of(FieldError.of(pointer, value, allowed)));
    }
}
