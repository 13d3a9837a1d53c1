/**
 * Generation as a service: queue and admission, the engine that owns the device, served models, their leases, and how they follow the repository.
 *
 * <p>May import of ours: {@code diffusion}, {@code model}, {@code sampling}, {@code repository}, {@code torchscript}, {@code image}. Outside libraries: DJL, Micrometer, OpenTelemetry's API, JNA.
 */
@NullMarked
package io.stepwise.serving;

import org.jspecify.annotations.NullMarked;
