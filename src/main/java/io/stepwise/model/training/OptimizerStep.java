package io.stepwise.model.training;

/**
 * The parameters of one update of the weights.
 *
 * @param algorithm the update rule
 * @param learningRate at least 0
 * @param beta1 decay of the first moment, in [0,1); of Muon its Nesterov momentum
 * @param beta2 decay of the second moment, in [0,1)
 * @param eps added to the root of the second moment
 * @param weightDecay decoupled for AdamW and Muon, added to the gradient for the others
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
        SGD(2),
        /**
         * Muon (Jordan et al. 2024): the momentum of a matrix, made orthogonal by five Newton-Schulz iterations, in the
         * scale of AdamW's updates (Liu et al. 2025, arXiv 2502.16982), so that AdamW's learning rates fit. AdamW updates
         * what {@link OptimizedWeights} does not count among the matrices.
         */
        MUON(1);

        private final long code;

        Algorithm(long code) {
            this.code = code;
        }

        /** The number of its rule in the script, for weights that are no matrices. */
        long code() {
            return code;
        }
    }
}
