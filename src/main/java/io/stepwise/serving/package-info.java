/**
 * Generation as a service: queue and admission, the engine that owns the device, served models and their leases.
 *
 * <p>May import of ours: {@code diffusion}, {@code model}, {@code sampling}, {@code repository}, {@code torchscript}, {@code image}. Outside libraries: DJL, Micrometer.
 */
@NullMarked
package io.stepwise.serving;

import org.jspecify.annotations.NullMarked;
