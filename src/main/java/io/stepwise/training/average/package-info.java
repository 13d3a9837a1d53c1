/**
 * Snapshots of a run's power-function averages, and the averages of other widths that are made of them.
 *
 * <p>May import of {@code training}: {@code checkpoint}, {@code run}, {@code spec}.
 */
@NullMarked
package io.stepwise.training.average;

import org.jspecify.annotations.NullMarked;
