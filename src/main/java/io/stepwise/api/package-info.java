/**
 * The HTTP contract: resources, request and response records, problem mapping.
 *
 * <p>May import of ours: {@code serving}, {@code jobs}, {@code repository}, {@code training} (specifications and what runs leave
 * behind), {@code image} (plots), {@code data}
 * (the data sets on disk), {@code diffusion} (names of samplers). Outside libraries: JAX-RS, never DJL.
 */
@NullMarked
package io.stepwise.api;

import org.jspecify.annotations.NullMarked;
