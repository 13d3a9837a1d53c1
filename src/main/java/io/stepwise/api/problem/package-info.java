/**
 * Problems (RFC 9457): their types, and their mapping from exceptions.
 *
 * <p>May import of {@code api}: nothing.
 */
@NullMarked
package io.stepwise.api.problem;

import org.jspecify.annotations.NullMarked;
