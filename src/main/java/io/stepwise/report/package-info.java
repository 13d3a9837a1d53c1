/**
 * Pages about a trained model: its samples, distances, loss and nearest training images.
 *
 * <p>May import of ours: {@code evaluation}, {@code training}, {@code data}, {@code diffusion}, {@code model}, {@code sampling},
 * {@code image}, {@code repository}. Outside libraries: DJL, Jackson.
 */
@NullMarked
package io.stepwise.report;

import org.jspecify.annotations.NullMarked;
