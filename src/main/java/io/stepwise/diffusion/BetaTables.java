package io.stepwise.diffusion;

import java.util.function.DoubleUnaryOperator;

/** The arithmetic behind {@link NoiseSchedule}: each {@link BetaCurve} as a table, and the zero-terminal-SNR rescaling. */
public final class BetaTables {
    private BetaTables() {}

    /** The curve's betas before clipping to maxBeta and rescaling. */
    static double[] betas(ScheduleSpec spec) {
        int count = spec.timesteps();
        double start = spec.betaStart();
        double end = spec.betaEnd();
        return switch (spec.curve()) {
            case LINEAR -> linspace(start, end, count);
            case SCALED_LINEAR -> map(linspace(Math.sqrt(start), Math.sqrt(end), count), root -> root * root);
            case SIGMOID -> map(linspace(-6, 6, count), x -> sigmoid(x) * (end - start) + start);
            case COSINE -> fromSignal(count, BetaTables::cosineSignal);
            case SIGMOID_SIGNAL -> fromSignal(count, u -> sigmoidSignal(u, spec.sigmoid()));
        };
    }

    /**
     * The betas with which ln(ᾱ/(1-ᾱ)) of every timestep is greater by {@code shift} (Hoogeboom et al. 2023,
     * https://arxiv.org/abs/2301.11093, eq. 3 and 4).
     */
    static double[] shifted(double[] betas, double shift) {
        double factor = Math.exp(-shift);
        double[] shifted = new double[betas.length];
        double product = 1;
        double before = 1;
        for (int t = 0; t < betas.length; t++) {
            product *= 1 - betas[t];
            double signal = product / (product + (1 - product) * factor);
            shifted[t] = 1 - signal / before;
            before = signal;
        }
        return shifted;
    }

    /** Lin et al. 2023, algorithm 1: shift sqrt(ᾱ) so that the last is 0, scale so that the first stays. */
    static double[] rescaledToZeroTerminalSnr(double[] betas) {
        int count = betas.length;
        double[] root = new double[count];
        double product = 1;
        for (int t = 0; t < count; t++) {
            product *= 1 - betas[t];
            root[t] = Math.sqrt(product);
        }
        double first = root[0];
        double last = root[count - 1];
        for (int t = 0; t < count; t++) {
            root[t] = (root[t] - last) * (first / (first - last));
        }
        double[] rescaled = new double[count];
        rescaled[0] = 1 - root[0] * root[0];
        for (int t = 1; t < count; t++) {
            rescaled[t] = 1 - root[t] * root[t] / (root[t - 1] * root[t - 1]);
        }
        return rescaled;
    }

    /** {@code count} evenly spaced numbers from {@code start} to {@code end}, both included; one number is {@code start}. */
    public static double[] linspace(double start, double end, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = start + i * ((end - start) / Math.max(1, count - 1));
        }
        if (count > 1) {
            values[count - 1] = end;
        }
        return values;
    }

    private static double cosineSignal(double u) {
        double cosine = StrictMath.cos((u + .008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    private static double sigmoidSignal(double u, ScheduleSpec.Sigmoid piece) {
        double low = sigmoid(piece.start() / piece.tau());
        double high = sigmoid(piece.end() / piece.tau());
        double x = u * (piece.end() - piece.start()) + piece.start();
        return (high - sigmoid(x / piece.tau())) / (high - low);
    }

    private static double[] fromSignal(int count, DoubleUnaryOperator signal) {
        double[] betas = new double[count];
        for (int t = 0; t < count; t++) {
            betas[t] = 1 - signal.applyAsDouble((t + 1.0) / count) / signal.applyAsDouble((double) t / count);
        }
        return betas;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }

    private static double[] map(double[] values, DoubleUnaryOperator f) {
        for (int i = 0; i < values.length; i++) {
            values[i] = f.applyAsDouble(values[i]);
        }
        return values;
    }
}
