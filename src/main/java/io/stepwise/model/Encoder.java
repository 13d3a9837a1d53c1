package io.stepwise.model;

/** A network that also finds the state from which it makes an image again. */
public interface Encoder extends Network {
    /**
     * Writes the pass from an image to the state. Its parameters come after those of {@link #forward}.
     *
     * @param image variable of the image {@code [B, channels, height, width]} in [-1,1]
     * @param labels as of {@link #forward}
     * @return the first numbers of the state, {@code [B, fewer than the image has]}
     */
    String encode(Ops ops, String image, String labels);
}
