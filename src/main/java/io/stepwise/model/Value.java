package io.stepwise.model;

/**
 * A feature map {@code [B, channels, height, width]} while a program is written: the name of its variable and its shape.
 * The batch size is left open.
 */
public record Value(String name, int channels, int height, int width) {
    public Value withChannels(int newChannels) {
        return new Value(name, newChannels, height, width);
    }
}
