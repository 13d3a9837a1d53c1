/**
 * The mathematics of diffusion in {@code double} and plain Java: noise schedules, predictions, trajectories as lists of linear
 * steps, loss weightings and counter-based noise.
 *
 * <p>May import of ours: nothing. Outside libraries: none.
 */
@NullMarked
package io.stepwise.diffusion;

import org.jspecify.annotations.NullMarked;
