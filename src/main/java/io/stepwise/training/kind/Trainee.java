package io.stepwise.training.kind;

import io.stepwise.data.BatchLoader;
import io.stepwise.image.Pixels;
import io.stepwise.model.training.OptimizedWeights;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.checkpoint.PowerAverages;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.spec.Metric;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A generator in training, as the training loop drives it.
 *
 * <p>INVARIANT: all that a step computes follows from the specification, the batches, the step's number and the state after the
 * step before; that state is in {@link #tensors}, {@link #sums}, {@link #objective} and {@link #powers}.
 *
 * <p>Used by one thread. Closing frees the networks.
 */
public interface Trainee extends AutoCloseable {
    /**
     * What a step did.
     *
     * @param loss for people
     * @param norm of the gradients before clipping; not finite if an update was left out
     */
    record Step(double loss, double norm) {}

    /**
     * What the steps since the row before did.
     *
     * @param loss their mean
     * @param quarters the mean in each quarter of the noise levels; NaN for kinds that have none
     * @param measured further columns
     */
    record Report(double loss, List<Double> quarters, Map<Metric, Double> measured) {
        static final List<Double> NO_QUARTERS = List.of(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

        /** Of a kind without quarters. */
        Report(double loss, Map<Metric, Double> measured) {
            this(loss, NO_QUARTERS, measured);
        }
    }

    /**
     * @param step its number, from 1
     * @param loader of as many batches as the specification says
     * @param optimizer of every update in the step
     */
    Step step(int step, BatchLoader loader, OptimizerStep optimizer) throws InterruptedException;

    /** Reports about the steps since the row before, and begins anew. */
    Report report();

    /** What people should know after a row. */
    default Optional<String> concern(MetricsRow last, Rows rows) throws IOException {
        return Optional.empty();
    }

    /** Reads the rows of a run. */
    interface Rows {
        List<MetricsRow> all() throws IOException;
    }

    /** What {@link #report} will be made of, for a checkpoint. */
    LossSums sums();

    /** What the run has found out about its objective, for a checkpoint. */
    default ObjectiveState objective() {
        return ObjectiveState.NONE;
    }

    /** The averages for later, for a checkpoint; null if it keeps none. */
    default @Nullable PowerAverages powers() {
        return null;
    }

    /** All tensors of the optimizer. */
    OptimizedWeights tensors();

    /** What is measured on held-out images with the averaged weights; empty if nothing is. */
    Map<Metric, Double> heldOut();

    /** {@code count} images of the averaged weights, always from the same noise. */
    List<Pixels> images(int count);

    byte[] sampleGrid();

    @Override
    void close();
}
