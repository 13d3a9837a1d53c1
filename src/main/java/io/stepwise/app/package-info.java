/**
 * Wiring: configuration, health and the command line.
 *
 * <p>May import of ours: everything. Outside libraries: Quarkus, picocli.
 */
@NullMarked
package io.stepwise.app;

import org.jspecify.annotations.NullMarked;
