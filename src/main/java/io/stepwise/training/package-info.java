/**
 * The training loop: optimizer step, EMA, sample grids, publication of versions.
 *
 * <p>May import of ours: {@code data}, {@code diffusion}, {@code model}, {@code sampling}, {@code image}, {@code repository},
 * {@code schema}, {@code evaluation} (the distances by which samples are judged). Outside libraries: DJL, Jackson.
 */
@NullMarked
package io.stepwise.training;

import org.jspecify.annotations.NullMarked;
