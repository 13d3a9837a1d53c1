package io.stepwise.evaluation;

import java.util.function.ToDoubleBiFunction;

/**
 * The squared maximum mean discrepancy between two sets of feature vectors, {@code [vectors][dimensions]}, by its
 * unbiased estimate (Gretton et al. 2012, https://jmlr.org/papers/v13/gretton12a.html, equation 3): about 0 for sets of
 * one distribution, and then as often below 0 as above. Sets need at least 2 vectors each and may differ in number.
 */
public final class KernelDistance {
    private KernelDistance() {}

    /**
     * With the kernel (x·y/d + 1)³, d dimensions: the kernel inception distance, over all vectors at once
     * (Bińkowski et al. 2018, https://arxiv.org/abs/1801.01401, section 4).
     */
    public static double polynomial(double[][] a, double[][] b) {
        return squared(a, b, (x, y) -> {
            double base = Features.dot(x, y) / x.length + 1;
            return base * base * base;
        });
    }

    /**
     * With the kernel exp(-|x-y|² / 2σ²).
     *
     * @param sigma above 0
     */
    public static double gaussian(double[][] a, double[][] b, double sigma) {
        if (!(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sigma " + sigma + " must be above 0");
        }
        return squared(a, b, (x, y) -> Math.exp(-Features.squaredDistance(x, y) / (2 * sigma * sigma)));
    }

    private static double squared(double[][] a, double[][] b, ToDoubleBiFunction<double[], double[]> kernel) {
        Features.require(a, b, 2);
        double across = 0;
        for (double[] x : a) {
            for (double[] y : b) {
                across += kernel.applyAsDouble(x, y);
            }
        }
        return meanOfPairs(a, kernel) + meanOfPairs(b, kernel) - 2 * across / ((double) a.length * b.length);
    }

    private static double meanOfPairs(double[][] vectors, ToDoubleBiFunction<double[], double[]> kernel) {
        double sum = 0;
        for (int i = 1; i < vectors.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += kernel.applyAsDouble(vectors[i], vectors[j]);
            }
        }
        return 2 * sum / ((double) vectors.length * (vectors.length - 1));
    }
}
