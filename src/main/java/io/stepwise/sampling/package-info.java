/**
 * The step loop: what turns noise into images, one linear step at a time, for rows that know nothing of each other.
 *
 * <p>May import of ours: {@code diffusion}, {@code torchscript}. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.sampling;

import org.jspecify.annotations.NullMarked;
