/**
 * The command line: one class per command, and the parts that a command runs without a server.
 *
 * <p>May import of ours: {@code app.config}, {@code app.server} and what the commands start. Outside libraries:
 * picocli, Quarkus.
 */
@NullMarked
package io.stepwise.app.command;

import org.jspecify.annotations.NullMarked;
