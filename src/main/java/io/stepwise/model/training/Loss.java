package io.stepwise.model.training;

/** The difference between a prediction and its target. */
public enum Loss {
    /** Squared error, as in DDPM's equation 14. */
    L2("torch.pow(torch.sub(%1$s, %2$s), 2)"),
    /** Absolute error. */
    L1("torch.abs(torch.sub(%1$s, %2$s))"),
    /** Half the squared error below 1, linear above. */
    HUBER("torch.huber_loss(%1$s, %2$s, 0, 1.)"),
    /**
     * Of consistency tuning (Geng et al. 2024, https://arxiv.org/abs/2406.14548, eq. 12): sqrt(d² + c²) - c with c = 0.00054, where d² is the
     * mean squared difference between the clean images that the network sees in two points of one path from image to noise.
     * The point with less noise is the target, and gets no gradient. c is that of Song and Dhariwal 2023
     * (https://arxiv.org/abs/2310.14189, section 3.3).
     */
    CONSISTENCY("torch.pow(torch.sub(%1$s, %2$s), 2)");

    private final String script;

    Loss(String script) {
        this.script = script;
    }

    String elementwise(String prediction, String target) {
        return script.formatted(prediction, target);
    }
}
