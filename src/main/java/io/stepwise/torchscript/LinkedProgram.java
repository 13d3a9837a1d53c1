package io.stepwise.torchscript;

import ai.djl.pytorch.jni.IValue;

/**
 * A program together with the weights that its methods take as their first argument.
 *
 * @param program the caller closes it
 * @param weights of type {@code List[Tensor]}; remains its owner's
 */
public record LinkedProgram(Program program, IValue weights) {}
