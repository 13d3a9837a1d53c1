/**
 * {@code /v2}: the Open Inference Protocol.
 *
 * <p>May import of {@code api}: {@code generate}, {@code http}, {@code problem}.
 */
@NullMarked
package io.stepwise.api.inference;

import org.jspecify.annotations.NullMarked;
