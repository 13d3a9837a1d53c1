/**
 * The DDPM training loop: specification, optimizer step, EMA, checkpoints with resume, the run folder.
 *
 * <p>May import of ours: {@code data}, {@code diffusion}, {@code model}, {@code sampling}, {@code image}, {@code repository}. Outside libraries: DJL, Jackson.
 */
@NullMarked
package io.stepwise.training;

import org.jspecify.annotations.NullMarked;
