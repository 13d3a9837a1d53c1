package io.stepwise.data;

/**
 * A picture that was left out.
 *
 * @param name its path in the data set
 * @param reason what was wrong with it
 */
public record BrokenPicture(String name, String reason) {}
