package io.stepwise.evaluation;

/**
 * The squared Fréchet distance between the Gaussians that have the means and covariances of two sets of feature vectors:
 * |μ₁-μ₂|² + tr(C₁ + C₂ - 2 (C₁C₂)^½) (Dowson and Landau 1982; Heusel et al. 2017, https://arxiv.org/abs/1706.08500,
 * equation 6). Falls with the number of vectors: compare only numbers from sets of the same sizes.
 */
public final class FrechetDistance {
    private FrechetDistance() {}

    /**
     * The distance, at least 0.
     *
     * @param a {@code [vectors][dimensions]}, at least 2 vectors; a few hundred dimensions at most
     * @param b the same number of dimensions
     */
    public static double between(double[][] a, double[][] b) {
        Features.require(a, b, 2);
        double[][] covarianceA = Features.covariance(a);
        double[][] covarianceB = Features.covariance(b);
        double distance = Features.squaredDistance(Features.mean(a), Features.mean(b));
        for (int i = 0; i < covarianceA.length; i++) {
            distance += covarianceA[i][i] + covarianceB[i][i];
        }
        return Math.max(0, distance - 2 * traceOfRootOfProduct(covarianceA, covarianceB));
    }

    /** tr((AB)^½) = tr((A^½ B A^½)^½), whose inner matrix is symmetric. */
    private static double traceOfRootOfProduct(double[][] a, double[][] b) {
        double[][] root = SymmetricEigen.squareRoot(a);
        double trace = 0;
        for (double value : SymmetricEigen.of(product(product(root, b), root)).values()) {
            trace += Math.sqrt(Math.max(0, value));
        }
        return trace;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b.length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < b.length; j++) {
                    product[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return product;
    }
}
