/**
 * Networks that make an image of a latent vector in one call, and what they are trained with: DCGAN and VAE.
 *
 * <p>May import of ours: {@code model}, {@code model.training}, {@code torchscript}. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.model.latent;

import org.jspecify.annotations.NullMarked;
