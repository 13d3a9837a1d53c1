/**
 * The settings: every key with its default and its range, and the sources that they are read from.
 *
 * <p>May import of ours: what settings become, such as {@code serving.engine}, {@code memory} and {@code api.access}. Outside
 * libraries: SmallRye Config, Jakarta Validation.
 */
@NullMarked
package io.stepwise.app.config;

import org.jspecify.annotations.NullMarked;
