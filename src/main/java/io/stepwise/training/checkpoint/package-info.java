/**
 * Checkpoints of a run: what they hold, how they are written, verified and pruned.
 *
 * <p>May import of {@code training}: {@code run}, {@code spec}.
 */
@NullMarked
package io.stepwise.training.checkpoint;

import org.jspecify.annotations.NullMarked;
