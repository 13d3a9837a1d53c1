/**
 * Generation as a service: the root ties requests, engines and versions together, keeps generations, and describes models.
 *
 * <p>May import of ours: {@code diffusion}, {@code model}, {@code sampling}, {@code repository}, {@code torchscript}, {@code
 * image}, {@code schema}. Outside libraries: DJL, Micrometer, OpenTelemetry's API, JNA.
 */
@NullMarked
package io.stepwise.serving;

import org.jspecify.annotations.NullMarked;
