/**
 * The model repository on disk: diffusers folders, versions, manifests; publish, verify, prune.
 *
 * <p>May import of ours: {@code diffusion}, {@code model}, {@code model.latent}, {@code schema}. Outside libraries: DJL, Jackson.
 */
@NullMarked
package io.stepwise.repository;

import org.jspecify.annotations.NullMarked;
