package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.model.training.OptimizerStep.Algorithm;
import io.stepwise.schema.FieldChecks;
import org.jspecify.annotations.Nullable;

/**
 * @param beta1 decay of the first moment, in [0,1)
 * @param beta2 decay of the second moment, in [0,1)
 * @param eps added to the root of the second moment, in (0,1)
 * @param weightDecay weight decay of AdamW; null means 0.01. Must be null for Adam.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OptimizerSpec(
        @JsonProperty("type") Algorithm algorithm,
        double beta1,
        double beta2,
        double eps,
        @Nullable Double weightDecay) {
    private static final double USUAL_WEIGHT_DECAY = 0.01;

    public OptimizerSpec {
        if (algorithm == Algorithm.ADAMW) {
            weightDecay = weightDecay == null ? USUAL_WEIGHT_DECAY : weightDecay;
        } else if (weightDecay != null) {
            new FieldChecks()
                    .that("/weight_decay", weightDecay, false, "left out for adam (adamw has it)")
                    .orThrow();
        }
    }

    /** The effective weight decay. */
    public double decay() {
        return weightDecay == null ? 0 : weightDecay;
    }
}
