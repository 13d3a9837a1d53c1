package io.stepwise.model.training;

/**
 * The parameters of one update of the weights.
 *
 * @param algorithm the update rule
 * @param learningRate at least 0
 * @param beta1 decay of the first moment, in [0,1)
 * @param beta2 decay of the second moment, in [0,1)
 * @param eps added to the root of the second moment
 * @param weightDecay decoupled for AdamW, added to the gradient for the others
 * @param clipNorm longer gradients are scaled down to this norm; infinity disables clipping
 * @param emaDecay share of the moving average that remains, in [0,1]
 */
public record OptimizerStep(
        Algorithm algorithm,
        double learningRate,
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        double clipNorm,
        double emaDecay) {

    /** The rule that turns gradients into an update. */
    public enum Algorithm {
        /** Kingma and Ba 2015. */
        ADAM(0),
        /** Loshchilov and Hutter 2019. */
        ADAMW(1),
        /** Plain gradient descent, without momentum. */
        SGD(2);

        private final long code;

        Algorithm(long code) {
            this.code = code;
        }

        /** Its number in the script. */
        long code() {
            return code;
        }
    }
}
