/**
 * The folder of a run: its specification, events, metrics, samples, state and lock.
 *
 * <p>May import of {@code training}: {@code spec}. Outside libraries: Jackson, and protobuf for TensorBoard.
 */
@NullMarked
package io.stepwise.training.run;

import org.jspecify.annotations.NullMarked;
