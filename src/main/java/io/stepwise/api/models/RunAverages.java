package io.stepwise.api.models;

import io.stepwise.repository.ModelIntake;
import io.stepwise.training.spec.AverageChoice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Publishes weights of a training run as versions. */
public interface RunAverages {
    /**
     * Publishes the chosen weights.
     *
     * @param model name of the model, created if it does not exist
     * @param request identifies a request that may be repeated; null for one without a key
     * @throws io.stepwise.schema.InvalidMessageException naming the field for which there are no such weights
     */
    ModelIntake.Taken publish(String model, AverageChoice choice, ModelIntake.@Nullable Request request)
            throws IOException;
}
