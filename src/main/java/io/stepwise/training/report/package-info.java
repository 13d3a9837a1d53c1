/**
 * What a trained model is worth, in pictures and numbers: the code behind {@code stepwise evaluate}.
 *
 * <p>May import of ours: {@code training}, {@code training.quality}, {@code data}, {@code diffusion}, {@code model}, {@code image}, {@code repository}. Outside libraries: DJL, Jackson.
 */
@NullMarked
package io.stepwise.training.report;

import org.jspecify.annotations.NullMarked;
