package io.stepwise.data;

import java.util.regex.Pattern;

/**
 * Which data set, and in which shape.
 *
 * @param name {@code faces} for the built-in faces, otherwise a folder {@code <name>} or an archive {@code <name>.zip}
 *     under the data sets' root; lower-case letters, digits, dots, dashes and underscores, a letter or digit first
 * @param framing the shape of the images
 * @param onBroken what to do with pictures that cannot be read
 */
public record DatasetSpec(String name, Framing framing, OnBroken onBroken) {
    /** The name of the built-in data set. */
    public static final String FACES = "faces";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    /** What {@link #isName} wants, in words. */
    public static final String NAMES = "1 … 100 lower-case letters, digits, '.', '_', '-', a letter or digit first";

    /** Whether data sets may be called so. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    public DatasetSpec {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "name \"" + name + "\" must match " + NAME.pattern() + ", at most 100 characters");
        }
    }

    /** Broken pictures fail. */
    public DatasetSpec(String name, int width, int height, int channels) {
        this(name, new Framing(width, height, channels), OnBroken.FAIL);
    }
}
