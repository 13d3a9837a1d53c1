package io.stepwise.serving;

import java.time.Instant;
import java.util.List;

/**
 * The properties of a model version that a client needs to know before it requests images.
 *
 * @param model name of the model
 * @param version number of the version
 * @param created when the version was published
 * @param labels names of the classes in the order of their numbers; empty for a model without classes
 * @param labelRequired whether every request must give a label
 * @param height rows of an image
 * @param width columns of an image
 * @param channels 1 (grey) or 3 (RGB)
 */
public record ModelCard(
        String model,
        int version,
        Instant created,
        List<String> labels,
        boolean labelRequired,
        int height,
        int width,
        int channels) {

    /** @throws IllegalArgumentException when a label is required and there are no labels */
    public ModelCard {
        labels = List.copyOf(labels);
        if (labelRequired && labels.isEmpty()) {
            throw new IllegalArgumentException("labels of " + model + " must not be empty where one is required");
        }
    }
}
