/**
 * The version of a model that a run starts from: what a specification takes over from it, and how its weights become
 * those of another network.
 *
 * <p>May import of {@code training}: {@code spec}.
 */
@NullMarked
package io.stepwise.training.base;

import org.jspecify.annotations.NullMarked;
