/**
 * API keys, roles and rate limits.
 *
 * <p>May import of {@code api}: {@code problem}.
 */
@NullMarked
package io.stepwise.api.access;

import org.jspecify.annotations.NullMarked;
