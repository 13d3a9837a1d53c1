/**
 * The U-Net, described once and compiled to TorchScript; its configuration and its weights in flat buffers.
 *
 * <p>May import of ours: {@code torchscript}. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.model;

import org.jspecify.annotations.NullMarked;
