package io.stepwise.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How far apart the colours of two sets of images are; samples count from 0 to 1, lists have one entry per channel. Sees
 * what {@link SlicedWasserstein} cannot measure: a tint or a contrast that all images share.
 *
 * @param meanA mean sample of the first set
 * @param meanB mean sample of the second set
 * @param meanDistance Euclidean distance between the two means
 * @param samples Wasserstein-1 distance between all samples
 * @param imageMeans Wasserstein-1 distance between the images' means: sees a tint, and lost or exaggerated variety of
 *     tints
 * @param histogramL1 Σ|p-q| over histograms of 32 bins, 0 … 2
 * @param histogramChi2 ½Σ(p-q)²/(p+q) over the same, 0 … 1
 * @param imageMeansFrechet {@link FrechetDistance} between the images' mean colours
 */
public record ColourDistance(
        List<Double> meanA,
        List<Double> meanB,
        double meanDistance,
        List<Double> samples,
        List<Double> imageMeans,
        List<Double> histogramL1,
        List<Double> histogramChi2,
        double imageMeansFrechet) {
    private static final int VALUES = 256;
    private static final int BINS = 32;
    private static final double WHITE = VALUES - 1;

    public ColourDistance {
        meanA = List.copyOf(meanA);
        meanB = List.copyOf(meanB);
        samples = List.copyOf(samples);
        imageMeans = List.copyOf(imageMeans);
        histogramL1 = List.copyOf(histogramL1);
        histogramChi2 = List.copyOf(histogramChi2);
    }

    /**
     * Measures; sets may differ in number.
     *
     * @throws IllegalArgumentException if the images differ in size or channels
     */
    public static ColourDistance between(ImageSet a, ImageSet b) {
        a.requireSameShape(b);
        double[][] meansA = imageMeans(a);
        double[][] meansB = imageMeans(b);
        double[] meanA = Features.mean(meansA);
        double[] meanB = Features.mean(meansB);
        List<Double> samples = new ArrayList<>();
        List<Double> imageMeans = new ArrayList<>();
        List<Double> histogramL1 = new ArrayList<>();
        List<Double> histogramChi2 = new ArrayList<>();
        for (int channel = 0; channel < a.channels(); channel++) {
            double[] p = histogram(a, channel);
            double[] q = histogram(b, channel);
            samples.add(Wasserstein.betweenHistograms(p, q) / WHITE);
            imageMeans.add(Wasserstein.betweenSorted(sortedColumn(meansA, channel), sortedColumn(meansB, channel)));
            histogramL1.add(l1(coarse(p), coarse(q)));
            histogramChi2.add(chi2(coarse(p), coarse(q)));
        }
        return new ColourDistance(
                list(meanA),
                list(meanB),
                Math.sqrt(Features.squaredDistance(meanA, meanB)),
                samples,
                imageMeans,
                histogramL1,
                histogramChi2,
                FrechetDistance.between(meansA, meansB));
    }

    /** {@code [images][channels]}. */
    private static double[][] imageMeans(ImageSet images) {
        int channels = images.channels();
        int area = images.height() * images.width();
        double[][] means = new double[images.count()][channels];
        for (int n = 0; n < means.length; n++) {
            long[] sums = new long[channels];
            for (int i = 0; i < area * channels; i++) {
                sums[i % channels] += images.data()[n * area * channels + i] & 0xff;
            }
            for (int channel = 0; channel < channels; channel++) {
                means[n][channel] = sums[channel] / (WHITE * area);
            }
        }
        return means;
    }

    /** The share of every value 0 … 255 among a channel's samples. */
    private static double[] histogram(ImageSet images, int channel) {
        long[] counts = new long[VALUES];
        for (int i = channel; i < images.data().length; i += images.channels()) {
            counts[images.data()[i] & 0xff]++;
        }
        double all = (double) images.data().length / images.channels();
        return Arrays.stream(counts).mapToDouble(count -> count / all).toArray();
    }

    /** Into bins of equal width over 0 … 1; the last one includes its upper end. */
    private static double[] coarse(double[] histogram) {
        double[] bins = new double[BINS];
        for (int value = 0; value < VALUES; value++) {
            bins[Math.min(BINS - 1, (int) (value / WHITE * BINS))] += histogram[value];
        }
        return bins;
    }

    private static double l1(double[] p, double[] q) {
        double sum = 0;
        for (int bin = 0; bin < p.length; bin++) {
            sum += Math.abs(p[bin] - q[bin]);
        }
        return sum;
    }

    private static double chi2(double[] p, double[] q) {
        double sum = 0;
        for (int bin = 0; bin < p.length; bin++) {
            double both = p[bin] + q[bin];
            sum += both > 0 ? (p[bin] - q[bin]) * (p[bin] - q[bin]) / both : 0;
        }
        return sum / 2;
    }

    private static double[] sortedColumn(double[][] rows, int column) {
        return Arrays.stream(rows).mapToDouble(row -> row[column]).sorted().toArray();
    }

    private static List<Double> list(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
