package io.stepwise.training.spec;

import io.stepwise.diffusion.Prediction;
import org.jspecify.annotations.Nullable;

/** What a network learns to predict; the JSON name is the lower-case one. */
public enum PredictionChoice {
    EPSILON(Prediction.EPSILON),
    SAMPLE(Prediction.SAMPLE),
    V_PREDICTION(Prediction.V_PREDICTION),
    /** The preconditioned denoiser of Karras et al. 2022, which has noise levels σ instead of timesteps. */
    EDM(null);

    private final @Nullable Prediction discrete;

    PredictionChoice(@Nullable Prediction discrete) {
        this.discrete = discrete;
    }

    /** The prediction of a network of discrete timesteps; null for {@link #EDM}. */
    public @Nullable Prediction discrete() {
        return discrete;
    }
}
