/**
 * The step loop: rows that are independent of each other go from noise to images, one linear step at a time.
 *
 * <p>May import of ours: {@code diffusion}, {@code torchscript}. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.sampling;

import org.jspecify.annotations.NullMarked;
