/**
 * {@code /v1}: the images API of OpenAI.
 *
 * <p>May import of {@code api}: {@code generate}, {@code http}, {@code problem}.
 */
@NullMarked
package io.stepwise.api.openai;

import org.jspecify.annotations.NullMarked;
