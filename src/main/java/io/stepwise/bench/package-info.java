/**
 * Benchmarks that ship with the product, so that anyone can check its claims of speed.
 *
 * <p>May import of ours: {@code model}, {@code torchscript}; its {@code load} also what it measures. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.bench;

import org.jspecify.annotations.NullMarked;
