package io.stepwise.evaluation;

/** The Wasserstein-1 ("earth mover's") distance on a line: the area between two quantile functions. */
final class Wasserstein {
    private Wasserstein() {}

    /** Between samples, each sorted upwards; numbers of samples may differ. */
    static double betweenSorted(double[] a, double[] b) {
        double distance = 0;
        double done = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            long endA = (long) (i + 1) * b.length;
            long endB = (long) (j + 1) * a.length;
            double end = Math.min(endA, endB);
            distance += (end - done) * Math.abs(a[i] - b[j]);
            done = end;
            i += endA <= endB ? 1 : 0;
            j += endB <= endA ? 1 : 0;
        }
        return distance / ((double) a.length * b.length);
    }

    /** Between samples of one number, each sorted upwards. */
    static double betweenSorted(float[] a, float[] b) {
        double distance = 0;
        for (int i = 0; i < a.length; i++) {
            distance += Math.abs(a[i] - b[i]);
        }
        return distance / a.length;
    }

    /** Between histograms with the same bins, one apart, each summing to 1. */
    static double betweenHistograms(double[] p, double[] q) {
        double ahead = 0;
        double distance = 0;
        for (int bin = 0; bin < p.length; bin++) {
            ahead += p[bin] - q[bin];
            distance += Math.abs(ahead);
        }
        return distance;
    }
}
