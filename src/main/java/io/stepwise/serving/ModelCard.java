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
 * @param height rows of an image
 * @param width columns of an image
 * @param channels 1 (grey) or 3 (RGB)
 */
public record ModelCard(
        String model, int version, Instant created, List<String> labels, int height, int width, int channels) {

    public ModelCard {
        labels = List.copyOf(labels);
    }
}
