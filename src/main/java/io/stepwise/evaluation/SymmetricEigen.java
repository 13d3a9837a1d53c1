package io.stepwise.evaluation;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, Matrix
 * Computations, section 8.5). Exact to rounding; time grows with the cube of the size, seconds at a few hundred.
 *
 * @param values the eigenvalues, in no order
 * @param vectors {@code vectors[i]} is the unit eigenvector of {@code values[i]}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SymmetricEigen(double[] values, double[][] vectors) {
    private static final int MAX_SWEEPS = 100;

    /** @param matrix symmetric; not changed */
    static SymmetricEigen of(double[][] matrix) {
        int n = matrix.length;
        double[][] a = new double[n][];
        double[][] vectors = new double[n][n];
        for (int i = 0; i < n; i++) {
            a[i] = matrix[i].clone();
            vectors[i][i] = 1;
        }
        for (int sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a) > 0; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    rotate(a, vectors, p, q);
                }
            }
        }
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = a[i][i];
        }
        return new SymmetricEigen(values, vectors);
    }

    /** The symmetric square root of a matrix that has no eigenvalue below 0; rounding below 0 counts as 0. */
    static double[][] squareRoot(double[][] matrix) {
        SymmetricEigen eigen = of(matrix);
        int n = matrix.length;
        double[][] root = new double[n][n];
        for (int k = 0; k < n; k++) {
            double value = Math.sqrt(Math.max(0, eigen.values[k]));
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    root[i][j] += value * eigen.vectors[k][i] * eigen.vectors[k][j];
                }
            }
        }
        return root;
    }

    /** What is left beside the diagonal; 0 once it no longer matters to the diagonal in double precision. */
    private static double offDiagonal(double[][] a) {
        double beside = 0;
        double all = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                all += a[i][j] * a[i][j];
                beside += i == j ? 0 : a[i][j] * a[i][j];
            }
        }
        return beside > 1e-32 * all ? beside : 0;
    }

    /** Turns the plane of p and q so that {@code a[p][q]} becomes 0. */
    private static void rotate(double[][] a, double[][] vectors, int p, int q) {
        if (a[p][q] == 0) {
            return;
        }
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cosine = 1 / Math.sqrt(tangent * tangent + 1);
        double sine = tangent * cosine;
        for (double[] row : a) {
            double rp = row[p];
            double rq = row[q];
            row[p] = cosine * rp - sine * rq;
            row[q] = sine * rp + cosine * rq;
        }
        turnRows(a[p], a[q], cosine, sine);
        turnRows(vectors[p], vectors[q], cosine, sine);
    }

    private static void turnRows(double[] p, double[] q, double cosine, double sine) {
        for (int i = 0; i < p.length; i++) {
            double rp = p[i];
            double rq = q[i];
            p[i] = cosine * rp - sine * rq;
            q[i] = sine * rp + cosine * rq;
        }
    }
}
