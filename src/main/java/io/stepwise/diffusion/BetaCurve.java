package io.stepwise.diffusion;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The shapes a table of betas can have. All run over t = 0 … T-1; the first two and {@link #SIGMOID} use betaStart and
 * betaEnd, the other two are fixed functions of t/T.
 */
public enum BetaCurve {
    /** Evenly spaced from betaStart to betaEnd (Ho et al. 2020, https://arxiv.org/abs/2006.11239, section 4). */
    LINEAR("linear"),
    /** Evenly spaced square roots, as latent diffusion has it (Rombach et al. 2022, https://arxiv.org/abs/2112.10752). */
    SCALED_LINEAR("scaled_linear"),
    /** alphasCumprod = cos²((t/T + .008) / 1.008 · π/2) (Nichol and Dhariwal 2021, https://arxiv.org/abs/2102.09672, eq. 17). */
    COSINE("squaredcos_cap_v2"),
    /** betaStart + (betaEnd - betaStart) · sigmoid(-6 … 6), the sigmoid of diffusers and GeoDiff. */
    SIGMOID("sigmoid"),
    /** alphasCumprod falls like a piece of a sigmoid (Jabri et al. 2022, https://arxiv.org/abs/2212.11972, appendix B). */
    SIGMOID_SIGNAL("sigmoid_signal");

    private final String label;

    BetaCurve(String label) {
        this.label = label;
    }

    /** The name in JSON; all but {@code sigmoid_signal} are diffusers' {@code beta_schedule} names. */
    public String label() {
        return label;
    }

    /** Whether betaStart and betaEnd have a meaning. */
    public boolean usesBetaRange() {
        return this == LINEAR || this == SCALED_LINEAR || this == SIGMOID;
    }

    /**
     * Finds a curve by its label; {@code cosine} is understood too.
     *
     * @throws IllegalArgumentException naming the allowed labels
     */
    public static BetaCurve named(String label) {
        if (label.equals("cosine")) {
            return COSINE;
        }
        for (BetaCurve curve : values()) {
            if (curve.label.equals(label)) {
                return curve;
            }
        }
        String allowed = Arrays.stream(values()).map(BetaCurve::label).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("beta schedule '" + label + "' must be one of cosine, " + allowed);
    }
}
