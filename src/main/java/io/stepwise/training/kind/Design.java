package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.ImageDataset;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.training.OptimizerState;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.checkpoint.TrainingPosition;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a run trains, as far as it is known before the training. Nothing but {@link #begin} needs libtorch. */
public interface Design {
    /**
     * The design that a specification describes.
     *
     * @throws InvalidMessageException naming the fields that don't fit the data set or each other
     */
    static Design of(TrainingSpec spec, List<String> labels) {
        return switch (spec.kind()) {
            case DIFFUSION -> DiffusionDesign.of(spec, labels);
            case GAN -> GanDesign.of(spec, labels);
            case VAE -> VaeDesign.of(spec, labels);
        };
    }

    /** The specification, with all that was measured. */
    TrainingSpec spec();

    /** Everything that is trained or kept beside it, in the order of a checkpoint's tensors. */
    List<ParameterSpec> parameters();

    /** The number of elements of all parameters. */
    default long parameterCount() {
        return parameters().stream().mapToLong(ParameterSpec::size).sum();
    }

    /** Random weights before the first step, a pure function of the seed. */
    float[] initialWeights();

    /** The number of optimizers, each with a count of updates. */
    default int optimizers() {
        return 1;
    }

    /** The state before the first step, with these weights. */
    default Checkpoint start(float[] weights) {
        OptimizerState unused = OptimizerState.start(weights.length, optimizers());
        return new Checkpoint(TrainingPosition.START, weights, weights, unused);
    }

    /** Floating-point operations of a step for one image of the batch, as far as they can be compared between designs of one kind. */
    double workPerImage();

    /** Bytes that libtorch keeps between the forward and the backward pass of a step, without temporary memory. */
    long activationBytes();

    /** Warnings for people before the run starts. */
    default List<String> warnings() {
        return List.of();
    }

    /**
     * The design with all numbers that are measured when the run starts.
     *
     * @param known of the checkpoint that the run starts from
     */
    default Design measured(ImageDataset dataset, ObjectiveState known) {
        return this;
    }

    /**
     * Begins to train; the caller closes the result.
     *
     * @param from the state; not kept
     * @param dataset the training images; remains the caller's
     * @param heldOut the images for validation; null for none; remains the caller's
     */
    Trainee begin(NDManager manager, Checkpoint from, ImageDataset dataset, @Nullable ImageDataset heldOut);

    /** @param weights every parameter in their order */
    void write(Path folder, float[] weights) throws IOException;
}
