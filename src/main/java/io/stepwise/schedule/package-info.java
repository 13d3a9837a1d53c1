/**
 * What noise schedules look like: their curves, and a picture along them.
 *
 * <p>May import of ours: {@code diffusion}, {@code image}. Outside libraries: none.
 */
@NullMarked
package io.stepwise.schedule;

import org.jspecify.annotations.NullMarked;
