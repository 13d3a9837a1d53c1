/**
 * Pages about a trained model: its samples, distances, loss and nearest training images; and the study that compares kinds of
 * generators.
 *
 * <p>May import of ours: {@code schedule}, {@code evaluation}, {@code training}, {@code data}, {@code diffusion}, {@code model}, {@code sampling},
 * {@code image}, {@code repository}. Outside libraries: DJL, Jackson.
 */
@NullMarked
package io.stepwise.report;

import org.jspecify.annotations.NullMarked;
