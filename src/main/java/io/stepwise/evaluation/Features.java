package io.stepwise.evaluation;

/** Arithmetic on sets of feature vectors, {@code [vectors][dimensions]}. */
final class Features {
    private Features() {}

    /** @throws IllegalArgumentException unless both sets have at least {@code least} vectors, all of one length */
    static void require(double[][] a, double[][] b, int least) {
        for (double[][] set : new double[][][] {a, b}) {
            if (set.length < least) {
                throw new IllegalArgumentException(set.length + " feature vectors must be " + least + " or more");
            }
            for (double[] vector : set) {
                if (vector.length != a[0].length || vector.length == 0) {
                    throw new IllegalArgumentException("a feature vector of " + vector.length + " dimensions must have "
                            + Math.max(1, a[0].length));
                }
            }
        }
    }

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    static double squaredDistance(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - y[i]) * (x[i] - y[i]);
        }
        return sum;
    }

    static double[] mean(double[][] vectors) {
        double[] mean = new double[vectors[0].length];
        for (double[] vector : vectors) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += vector[i] / vectors.length;
            }
        }
        return mean;
    }

    /** The unbiased covariance matrix. */
    static double[][] covariance(double[][] vectors) {
        double[] mean = mean(vectors);
        int dimensions = mean.length;
        double[][] covariance = new double[dimensions][dimensions];
        double[] centred = new double[dimensions];
        for (double[] vector : vectors) {
            for (int i = 0; i < dimensions; i++) {
                centred[i] = vector[i] - mean[i];
            }
            for (int i = 0; i < dimensions; i++) {
                for (int j = 0; j < dimensions; j++) {
                    covariance[i][j] += centred[i] * centred[j];
                }
            }
        }
        for (double[] row : covariance) {
            for (int j = 0; j < dimensions; j++) {
                row[j] /= vectors.length - 1;
            }
        }
        return covariance;
    }
}
