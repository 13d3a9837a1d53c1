/**
 * {@code /train}: training jobs and the files of their runs.
 *
 * <p>May import of {@code api}: {@code http}, {@code problem}.
 */
@NullMarked
package io.stepwise.api.train;

import org.jspecify.annotations.NullMarked;
