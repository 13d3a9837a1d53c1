/**
 * {@code /engines}: the engines at work, for operators.
 *
 * <p>May import of {@code api}: {@code http}.
 */
@NullMarked
package io.stepwise.api.engines;

import org.jspecify.annotations.NullMarked;
