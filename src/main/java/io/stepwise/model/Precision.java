package io.stepwise.model;

import java.util.List;

/** The number format of a network's computation. Inputs, outputs and the stored weights are always float32. */
public enum Precision {
    /** Everything in float32. */
    F32,
    /**
     * Everything in bfloat16 except the timestep's sinusoids and the result. In training, the norms' statistics and
     * parameters, the loss, the sum of the gradients and the update are in float32, too.
     */
    BF16,
    /**
     * The convolutions inside of a U-Net in 8-bit integers, everything else in float32; see {@link QuantizedOps}. For
     * inference only.
     */
    INT8;

    /** The formats of every device, and of training. */
    public static final List<Precision> FLOATS = List.of(F32, BF16);
}
