package io.stepwise.model;

/** The number format of a network's computation. Inputs, outputs and the stored weights are always float32. */
public enum Precision {
    /** Everything in float32. */
    F32,
    /** Everything in bfloat16 except the timestep's sinusoids and the result. For inference. */
    BF16,
    /** Convolutions in bfloat16, the rest in float32. For training. */
    BF16_CONVOLUTIONS
}
