package io.stepwise.evaluation;

/**
 * How much a set of images is like a reference, by the features of a {@linkplain RandomFeatures fixed random network},
 * each standardised by its mean and deviation over the reference.
 *
 * @param kernelDistance {@link KernelDistance#polynomial}, the estimator of KID, times 1000: about 0 for images of one
 *     kind, and then as often below 0 as above. It is not comparable with a KID over the features of Inception
 * @param precisionRecall with balls that reach to the third neighbour
 */
public record Likeness(double kernelDistance, PrecisionRecall precisionRecall) {
    /** The number of the neighbour that balls reach to, as in Kynkäänniemi et al. 2019. */
    private static final int NEIGHBOUR = 3;

    /** The fewest images of a set. */
    public static final int FEWEST = NEIGHBOUR + 1;

    /** Numbers are given in thousandths, as is usual for KID. */
    private static final double UNIT = 1000;

    /**
     * Measures; sets may differ in number.
     *
     * @param images at least {@link #FEWEST}
     * @param reference the same
     * @throws IllegalArgumentException if the images differ in size or channels, or are too few
     */
    public static Likeness between(ImageSet images, ImageSet reference) {
        images.requireSameShape(reference);
        RandomFeatures network = new RandomFeatures(images.channels());
        double[][] a = network.of(images);
        double[][] b = network.of(reference);
        standardise(a, b);
        return new Likeness(UNIT * KernelDistance.polynomial(a, b), PrecisionRecall.of(a, b, NEIGHBOUR));
    }

    private static void standardise(double[][] images, double[][] reference) {
        double[] mean = Features.mean(reference);
        double[] deviation = new double[mean.length];
        for (double[] vector : reference) {
            for (int i = 0; i < mean.length; i++) {
                deviation[i] += (vector[i] - mean[i]) * (vector[i] - mean[i]) / reference.length;
            }
        }
        for (double[][] set : new double[][][] {images, reference}) {
            for (double[] vector : set) {
                for (int i = 0; i < mean.length; i++) {
                    vector[i] = deviation[i] > 0 ? (vector[i] - mean[i]) / Math.sqrt(deviation[i]) : 0;
                }
            }
        }
    }
}
