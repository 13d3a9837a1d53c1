/**
 * {@code /v1}: what clients of OpenAI's images API expect.
 *
 * <p>May import of {@code api}: {@code generate}, {@code http}, {@code problem}.
 */
@NullMarked
package io.stepwise.api.openai;

import org.jspecify.annotations.NullMarked;
