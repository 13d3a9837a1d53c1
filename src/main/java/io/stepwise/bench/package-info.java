/**
 * Benchmarks that ship with the product, so that anyone can check its claims of speed. The load benchmark is a program of its
 * own, in {@code src/bench}.
 *
 * <p>May import of ours: {@code model}, {@code torchscript}. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.bench;

import org.jspecify.annotations.NullMarked;
