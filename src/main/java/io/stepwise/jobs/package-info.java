/**
 * Training jobs: runs that a supervisor sees through to their end, each in a process of its own, on this machine or (in
 * {@code kubernetes}) on others.
 *
 * <p>May import of ours: {@code training.spec}, {@code training.run}, {@code repository.files}, {@code schema}. Outside libraries: JBoss Logging, Micrometer.
 */
@NullMarked
package io.stepwise.jobs;

import org.jspecify.annotations.NullMarked;
