/**
 * {@code /datasets}: data sets, their upload and preview.
 *
 * <p>May import of {@code api}: {@code http}, {@code problem}.
 */
@NullMarked
package io.stepwise.api.datasets;

import org.jspecify.annotations.NullMarked;
