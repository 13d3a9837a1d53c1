/**
 * The safetensors format: headers, tensors, half precision.
 *
 * <p>May import of {@code repository}: {@code files}.
 */
@NullMarked
package io.stepwise.repository.safetensors;

import org.jspecify.annotations.NullMarked;
