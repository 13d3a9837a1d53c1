/**
 * The HTTP contract. The root holds the mapping of exceptions to answers, in the form that each route's clients expect; the
 * resources are in the packages below.
 *
 * <p>May import of ours: {@code serving}, {@code jobs}, {@code repository}, {@code training.spec} and {@code training.run}, {@code
 * diffusion} (the samplers' names), {@code image} (plots), {@code data}, {@code schema}. Outside libraries: JAX-RS, never DJL.
 */
@NullMarked
package io.stepwise.api;

import org.jspecify.annotations.NullMarked;
