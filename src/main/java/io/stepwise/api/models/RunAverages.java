package io.stepwise.api.models;

import io.stepwise.repository.ModelIntake;
import io.stepwise.training.spec.AverageChoice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Publishes averages of a training run's weights as versions. */
public interface RunAverages {
    /**
     * Publishes an average.
     *
     * @param model name of the model, created if it does not exist
     * @param request identifies a request that may be repeated; null for one without a key
     * @throws io.stepwise.schema.InvalidMessageException naming the field for which there is no average
     */
    ModelIntake.Taken publish(String model, AverageChoice choice, ModelIntake.@Nullable Request request)
            throws IOException;
}
