package io.stepwise.torchscript;

import ai.djl.pytorch.jni.IValue;

/**
 * A program together with the weights that its methods take first.
 *
 * @param program the caller closes it
 * @param weights of type {@code List[Tensor]}; stays with whom it came from
 */
public record LinkedProgram(Program program, IValue weights) {}
