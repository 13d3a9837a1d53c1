package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.model.training.OptimizerStep.Algorithm;
import io.stepwise.schema.FieldChecks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * @param algorithm Adam, AdamW or Muon
 * @param beta1 decay of the first moment, in [0,1); null means 0.95 for Muon, else 0.9
 * @param beta2 decay of the second moment, in [0,1)
 * @param eps added to the root of the second moment, in (0,1)
 * @param weightDecay weight decay of AdamW and Muon; null means 0.01. Must be null for Adam.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OptimizerSpec(
        @JsonProperty("type") Algorithm algorithm,
        @Nullable Double beta1,
        double beta2,
        double eps,
        @Nullable Double weightDecay) {
    private static final double USUAL_WEIGHT_DECAY = 0.01;

    public OptimizerSpec {
        beta1 = beta1 == null ? usualBeta1(algorithm) : beta1;
        if (algorithm != Algorithm.ADAM) {
            weightDecay = weightDecay == null ? USUAL_WEIGHT_DECAY : weightDecay;
        } else if (weightDecay != null) {
            new FieldChecks()
                    .that("/weight_decay", weightDecay, false, "left out for adam (adamw and muon have it)")
                    .orThrow();
        }
    }

    private static double usualBeta1(Algorithm algorithm) {
        return algorithm == Algorithm.MUON ? 0.95 : 0.9;
    }

    /**
     * An update by this optimizer.
     *
     * @param clipNorm longer gradients are scaled down to this norm; infinity disables clipping
     * @param emaDecay share of the moving average that remains, in [0,1]
     */
    public OptimizerStep step(double learningRate, double clipNorm, double emaDecay) {
        return new OptimizerStep(
                algorithm,
                learningRate,
                Objects.requireNonNull(beta1),
                beta2,
                eps,
                weightDecay == null ? 0 : weightDecay,
                clipNorm,
                emaDecay);
    }
}
