package io.stepwise.model.training;

/** The difference between a prediction and its target, element by element. */
public enum Loss {
    /** Squared error, as in DDPM's equation 14. */
    L2("torch.pow(torch.sub(%1$s, %2$s), 2)"),
    /** Absolute error. */
    L1("torch.abs(torch.sub(%1$s, %2$s))"),
    /** Half the squared error below 1, linear above. */
    HUBER("torch.huber_loss(%1$s, %2$s, 0, 1.)");

    private final String script;

    Loss(String script) {
        this.script = script;
    }

    String elementwise(String prediction, String target) {
        return script.formatted(prediction, target);
    }
}
