package io.stepwise.evaluation;

import java.util.Objects;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

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
        DMatrixRMaj root = squareRoot(new DMatrixRMaj(a));
        DMatrixRMaj product = CommonOps_DDRM.mult(root, new DMatrixRMaj(b), null);
        EigenDecomposition_F64<DMatrixRMaj> eigen = decomposed(CommonOps_DDRM.mult(product, root, null));
        double trace = 0;
        for (int i = 0; i < eigen.getNumberOfEigenvalues(); i++) {
            trace += rootOfValue(eigen, i);
        }
        return trace;
    }

    /** The symmetric square root of a symmetric matrix that has no eigenvalue below 0; rounding below 0 counts as 0. */
    static DMatrixRMaj squareRoot(DMatrixRMaj matrix) {
        EigenDecomposition_F64<DMatrixRMaj> eigen = decomposed(matrix);
        DMatrixRMaj root = new DMatrixRMaj(matrix.numRows, matrix.numCols);
        for (int i = 0; i < eigen.getNumberOfEigenvalues(); i++) {
            DMatrixRMaj vector = Objects.requireNonNull(eigen.getEigenVector(i));
            CommonOps_DDRM.multAddTransB(rootOfValue(eigen, i), vector, vector, root);
        }
        return root;
    }

    private static EigenDecomposition_F64<DMatrixRMaj> decomposed(DMatrixRMaj symmetric) {
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(symmetric.numRows, true, true);
        if (!eigen.decompose(symmetric.copy())) {
            throw new IllegalArgumentException("the covariance matrix has no eigenvalues, must be finite");
        }
        return eigen;
    }

    private static double rootOfValue(EigenDecomposition_F64<DMatrixRMaj> eigen, int i) {
        return Math.sqrt(Math.max(0, eigen.getEigenvalue(i).real));
    }
}
