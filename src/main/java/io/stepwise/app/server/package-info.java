/**
 * The parts of the running server other than its resources: health, metrics, signals, connections and the drain at the
 * end.
 *
 * <p>May import of ours: {@code api}, {@code api.problem}, {@code app.config}, {@code jobs}, {@code memory} and {@code serving}. Outside libraries: Quarkus, Vert.x,
 * Micrometer.
 */
@NullMarked
package io.stepwise.app.server;

import org.jspecify.annotations.NullMarked;
