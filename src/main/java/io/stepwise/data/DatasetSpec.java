package io.stepwise.data;

import io.stepwise.schema.Names;

/**
 * Selects a data set and the shape of its images.
 *
 * @param name {@code faces} for the built-in faces; otherwise a folder {@code <name>} or an archive {@code <name>.zip}
 *     in the root folder of the data sets. Must be a valid name, see {@link Names}.
 */
public record DatasetSpec(String name, Framing framing) {
    /** The name of the built-in data set. */
    public static final String FACES = "faces";

    public DatasetSpec {
        if (!Names.isName(name)) {
            throw new IllegalArgumentException("name \"" + name + "\" must be " + Names.ALLOWED);
        }
    }

    public DatasetSpec(String name, int width, int height, int channels) {
        this(name, new Framing(width, height, channels));
    }
}
