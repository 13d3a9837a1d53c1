/**
 * Benchmarks that are part of the product, so that users can verify its speed. The load benchmark is a separate program
 * in {@code src/bench}.
 *
 * <p>May import of ours: {@code model}, {@code model.training}, {@code torchscript}. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.bench;

import org.jspecify.annotations.NullMarked;
