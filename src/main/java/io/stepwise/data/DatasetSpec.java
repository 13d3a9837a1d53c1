package io.stepwise.data;

import io.stepwise.schema.Names;

/**
 * Which data set, and in which shape.
 *
 * @param name {@code faces} for the built-in faces, otherwise a folder {@code <name>} or an archive {@code <name>.zip}
 *     under the data sets' root; one of {@link Names}
 * @param framing the shape of the images
 * @param onBroken what to do with pictures that cannot be read
 */
public record DatasetSpec(String name, Framing framing, OnBroken onBroken) {
    /** The name of the built-in data set. */
    public static final String FACES = "faces";

    public DatasetSpec {
        if (!Names.isName(name)) {
            throw new IllegalArgumentException("name \"" + name + "\" must be " + Names.ALLOWED);
        }
    }

    /** Broken pictures fail. */
    public DatasetSpec(String name, int width, int height, int channels) {
        this(name, new Framing(width, height, channels), OnBroken.FAIL);
    }
}
