/**
 * What a network is trained on: the noise levels that are drawn, what it sees and aims at there, and how much the error
 * counts.
 *
 * <p>May import of ours: {@code diffusion}, {@code model}, {@code model.training}, {@code training.spec}, {@code training.checkpoint}.
 */
@NullMarked
package io.stepwise.training.objective;

import org.jspecify.annotations.NullMarked;
