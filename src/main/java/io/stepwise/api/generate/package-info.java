/**
 * {@code /generate} and {@code /generations}: images from a model.
 *
 * <p>May import of {@code api}: {@code http}, {@code problem}, {@code access}.
 */
@NullMarked
package io.stepwise.api.generate;

import org.jspecify.annotations.NullMarked;
