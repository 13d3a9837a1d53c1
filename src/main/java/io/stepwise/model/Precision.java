package io.stepwise.model;

/** In which number format a network computes. Inputs, outputs and the stored weights are float32 in any case. */
public enum Precision {
    /** Everything in float32. */
    F32,
    /** Everything in bfloat16 except the timestep's sinusoids and the result. For inference. */
    BF16,
    /** Convolutions in bfloat16, the rest in float32. For training. */
    BF16_CONVOLUTIONS
}
