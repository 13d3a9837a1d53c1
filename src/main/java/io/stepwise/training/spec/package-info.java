/**
 * The specification of a training run: its fields, their defaults and ranges, as JSON and as records.
 *
 * <p>May import of {@code training}: nothing.
 */
@NullMarked
package io.stepwise.training.spec;

import org.jspecify.annotations.NullMarked;
