package io.stepwise.diffusion;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a network trained on discrete timesteps predicts from {@code x_t = α·x0 + σ·eps}, α = sqrt(ᾱ), σ = sqrt(1-ᾱ).
 * Everything is linear, so a prediction is two pairs of coefficients: the training target {@code a·x0 + b·eps}, and
 * how the output becomes the clean image, {@code x0 = p·x_t + q·out}. For networks preconditioned as in EDM see
 * {@link EdmPreconditioning}.
 */
public enum Prediction {
    /** The noise (Ho et al. 2020, https://arxiv.org/abs/2006.11239, eq. 14). */
    EPSILON("epsilon"),
    /** The clean image x0. */
    SAMPLE("sample"),
    /** v = α·eps - σ·x0 (Salimans and Ho 2022, https://arxiv.org/abs/2202.00512, appendix D). */
    V_PREDICTION("v_prediction");

    private final String label;

    Prediction(String label) {
        this.label = label;
    }

    /** diffusers' {@code prediction_type}. */
    public String label() {
        return label;
    }

    /**
     * Finds a prediction by its label.
     *
     * @throws IllegalArgumentException naming the allowed labels
     */
    public static Prediction named(String label) {
        for (Prediction prediction : values()) {
            if (prediction.label.equals(label)) {
                return prediction;
            }
        }
        String allowed = Arrays.stream(values()).map(Prediction::label).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("prediction '" + label + "' must be one of " + allowed);
    }

    /** a of the training target {@code a·x0 + b·eps} at ᾱ in [0, 1]. */
    public double targetOfImage(double alphasCumprod) {
        return switch (this) {
            case EPSILON -> 0;
            case SAMPLE -> 1;
            case V_PREDICTION -> -Math.sqrt(1 - alphasCumprod);
        };
    }

    /** b of the training target {@code a·x0 + b·eps} at ᾱ in [0, 1]. */
    public double targetOfNoise(double alphasCumprod) {
        return switch (this) {
            case EPSILON -> 1;
            case SAMPLE -> 0;
            case V_PREDICTION -> Math.sqrt(alphasCumprod);
        };
    }

    /** p of {@code x0 = p·x_t + q·out} at ᾱ in [0, 1]; infinite for {@link #EPSILON} where no signal is left. */
    public double imageOfState(double alphasCumprod) {
        return switch (this) {
            case EPSILON -> 1 / Math.sqrt(alphasCumprod);
            case SAMPLE -> 0;
            case V_PREDICTION -> Math.sqrt(alphasCumprod);
        };
    }

    /** q of {@code x0 = p·x_t + q·out} at ᾱ in [0, 1]; infinite for {@link #EPSILON} where no signal is left. */
    public double imageOfOutput(double alphasCumprod) {
        return switch (this) {
            case EPSILON -> -Math.sqrt((1 - alphasCumprod) / alphasCumprod);
            case SAMPLE -> 1;
            case V_PREDICTION -> -Math.sqrt(1 - alphasCumprod);
        };
    }
}
