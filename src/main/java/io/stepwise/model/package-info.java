/**
 * Networks, described once and compiled to TorchScript: the U-Net and its configuration, weights in flat buffers.
 *
 * <p>May import of ours: {@code torchscript}. Outside libraries: DJL.
 */
@NullMarked
package io.stepwise.model;

import org.jspecify.annotations.NullMarked;
