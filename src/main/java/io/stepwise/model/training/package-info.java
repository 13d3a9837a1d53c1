/**
 * Networks in training: the backward pass, losses, optimizers, all as compiled programs on flat tensors.
 *
 * <p>May import of ours: {@code model}, {@code torchscript}. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.model.training;

import org.jspecify.annotations.NullMarked;
