package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.data.store.HeldOut;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.kind.Design;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.Validation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A specification together with its data set: everything that a run needs and that can be wrong before it starts.
 *
 * @param dataset the training images; remains the caller's
 * @param heldOut the images for validation; null if there are none; remains the caller's
 */
public record TrainingPlan(TrainingSpec spec, ImageDataset dataset, @Nullable ImageDataset heldOut, Design design) {

    /**
     * Divides the data set into images for training and for validation.
     *
     * @param all images of the data set; remains the caller's
     * @throws InvalidMessageException when the parts do not fit together
     */
    public static TrainingPlan of(TrainingSpec spec, ImageDataset all) {
        Design design = Design.of(spec, all.labels());
        Validation validation = spec.validation();
        double share = validation == null ? 0 : validation.share();
        HeldOut parts = HeldOut.of(all, share);
        boolean suffices = parts.validation() != null || !spec.decidesBy(Metric.VALIDATION_LOSS);
        new FieldChecks()
                .that(
                        "/validation/share",
                        share,
                        suffices,
                        "more: it holds out " + parts.chosen() + " of " + all.size()
                                + " images, and validation_loss, which decides here, needs " + HeldOut.LEAST)
                .orThrow();
        return new TrainingPlan(spec, parts.training(), parts.validation(), design);
    }

    /**
     * The plan with all numbers that are measured when the run starts.
     *
     * @param known of the checkpoint that the run starts from
     */
    TrainingPlan measured(ObjectiveState known) {
        Design measured = design.measured(dataset, known);
        return new TrainingPlan(measured.spec(), dataset, heldOut, measured);
    }

    /** Warnings for people before the run starts. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>(design.warnings());
        if (heldOut == null
                && spec.validation() != null
                && !spec.validation().equals(TrainingSpec.defaults().validation())) {
            warnings.add("the share of held-out images is too small for " + dataset.size() + " images: all are trained"
                    + " on, and there is no validation loss");
        }
        if (spec.publish() != TrainingSpec.Publish.NEVER) {
            AverageLag.of(spec, spec.steps()).ifPresent(warnings::add);
        }
        if (spec.batchSize() > dataset.size()) {
            warnings.add("a batch of " + spec.batchSize() + " images is more than the data set's " + dataset.size()
                    + ": it will hold some of them twice");
        }
        return warnings;
    }

    /** The state before the first step, with random weights. */
    Checkpoint start() {
        return design.start(design.initialWeights());
    }
}
