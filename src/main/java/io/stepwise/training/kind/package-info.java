/**
 * The kinds of generators that a run trains: what is known of one before its training ({@code Design}), and one in training
 * ({@code Trainee}).
 *
 * <p>May import of {@code training}: {@code spec}, {@code run}, {@code checkpoint}, {@code objective}. Further {@code data} and the
 * foundations.
 */
@NullMarked
package io.stepwise.training.kind;

import org.jspecify.annotations.NullMarked;
