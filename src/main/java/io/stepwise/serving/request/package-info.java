/**
 * Requests to generate images, their results, and the exceptions that say why there is no result.
 *
 * <p>May import of {@code serving}: nothing.
 */
@NullMarked
package io.stepwise.serving.request;

import org.jspecify.annotations.NullMarked;
