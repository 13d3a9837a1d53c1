package io.stepwise.data;

import com.fasterxml.jackson.annotation.JsonAlias;

/**
 * A picture that can't be read.
 *
 * @param file its path in the data set; {@code name} in the files of older versions
 * @param reason what is wrong with it
 */
public record BrokenPicture(@JsonAlias("name") String file, String reason) {}
