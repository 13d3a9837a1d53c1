package io.stepwise.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The network, as the step loop calls it. */
public interface Denoiser {
    /**
     * The output of the network for a batch.
     *
     * @param x {@code [B,C,H,W]}, float32
     * @param timesteps {@code [B]}, float32, fractions allowed
     * @param labels {@code [B]}, int64
     * @param scope owner of the result
     * @return {@code [B,C,H,W]}, or {@code [B,2C,H,W]} if the variance is learned, float32
     */
    NDArray predict(NDArray x, NDArray timesteps, NDArray labels, NDManager scope);
}
