package io.stepwise.evaluation;

import java.util.Arrays;

/**
 * Whether generated images look real and whether they cover the real ones, by balls around feature vectors that reach to
 * the k-th nearest neighbour of the same set.
 *
 * @param precision share of generated vectors inside the ball of some real one (Kynkäänniemi et al. 2019,
 *     https://arxiv.org/abs/1904.06991, equation 2), 0 … 1
 * @param recall share of real vectors inside the ball of some generated one, 0 … 1
 * @param density real balls around a generated vector, divided by k, on average (Naeem et al. 2020,
 *     https://arxiv.org/abs/2002.09797, equation 3), about 1 for equal distributions
 * @param coverage share of real balls with a generated vector inside (the same, equation 5), 0 … 1
 */
public record PrecisionRecall(double precision, double recall, double density, double coverage) {
    /**
     * Measures; time grows with the square of the number of vectors.
     *
     * @param generated {@code [vectors][dimensions]}, more than {@code k} vectors
     * @param real the same number of dimensions, more than {@code k} vectors
     * @param k which neighbour, 1 or more; usually 3 or 5
     */
    public static PrecisionRecall of(double[][] generated, double[][] real, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("k " + k + " must be 1 or more");
        }
        Features.require(generated, real, k + 1);
        double[] radiiGenerated = squaredRadii(generated, k);
        double[] radiiReal = squaredRadii(real, k);
        boolean[] looksReal = new boolean[generated.length];
        boolean[] reached = new boolean[real.length];
        boolean[] covered = new boolean[real.length];
        long inside = 0;
        for (int r = 0; r < real.length; r++) {
            for (int g = 0; g < generated.length; g++) {
                double distance = Features.squaredDistance(real[r], generated[g]);
                looksReal[g] |= distance <= radiiReal[r];
                reached[r] |= distance <= radiiGenerated[g];
                covered[r] |= distance < radiiReal[r];
                inside += distance < radiiReal[r] ? 1 : 0;
            }
        }
        double density = (double) inside / ((double) k * generated.length);
        return new PrecisionRecall(share(looksReal), share(reached), density, share(covered));
    }

    private static double[] squaredRadii(double[][] vectors, int k) {
        double[] radii = new double[vectors.length];
        double[] distances = new double[vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            for (int j = 0; j < vectors.length; j++) {
                distances[j] = i == j ? -1 : Features.squaredDistance(vectors[i], vectors[j]);
            }
            Arrays.sort(distances);
            radii[i] = distances[k];
        }
        return radii;
    }

    private static double share(boolean[] flags) {
        int set = 0;
        for (boolean flag : flags) {
            set += flag ? 1 : 0;
        }
        return (double) set / flags.length;
    }
}
