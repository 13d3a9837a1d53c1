/**
 * The entry point of the program, and the wiring of its parts.
 *
 * <p>May import of ours: everything. Outside libraries: Quarkus, picocli.
 */
@NullMarked
package io.stepwise.app;

import org.jspecify.annotations.NullMarked;
