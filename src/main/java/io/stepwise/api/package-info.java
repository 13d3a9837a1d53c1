/**
 * The HTTP contract. This package maps exceptions to answers in the form that the clients of each route expect. The
 * resources are in its sub-packages.
 *
 * <p>May import of ours: {@code serving}, {@code jobs}, {@code repository}, {@code training.spec} and {@code
 * training.run}, {@code diffusion} (the samplers' names), {@code image} (plots), {@code data}, {@code schema}. Outside
 * libraries: JAX-RS, never DJL.
 */
@NullMarked
package io.stepwise.api;

import org.jspecify.annotations.NullMarked;
