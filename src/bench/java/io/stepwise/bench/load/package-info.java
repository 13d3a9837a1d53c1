/**
 * The load benchmark: the same requests served by step-level batching, by request-level batching and without batching,
 * compared with the rate of the bare network.
 *
 * <p>May import of ours: {@code diffusion}, {@code image}, {@code model}, {@code repository}, {@code sampling}, {@code serving},
 * {@code torchscript}. Outside libraries: DJL, Jackson, Micrometer.
 */
@NullMarked
package io.stepwise.bench.load;

import org.jspecify.annotations.NullMarked;
