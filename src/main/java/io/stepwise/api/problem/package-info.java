/**
 * Problems (RFC 9457): their types, and the exceptions that they stand for.
 *
 * <p>May import of {@code api}: nothing.
 */
@NullMarked
package io.stepwise.api.problem;

import org.jspecify.annotations.NullMarked;
