package io.stepwise.data;

import com.fasterxml.jackson.annotation.JsonAlias;

/**
 * A picture that can't be read.
 *
 * @param file its path in the data set; older versions wrote this field as {@code name}
 */
public record BrokenPicture(@JsonAlias("name") String file, String reason) {}
