package io.stepwise.bench;

/**
 * The speed of an operation at one batch size and precision.
 *
 * @param batch images per call
 * @param precision {@code f32}, {@code bf16} or {@code int8}
 * @param medianMs median milliseconds per call
 * @param imagesPerS images per second, batch divided by the median time
 * @param gflops 10⁹ floating-point operations per second; a multiply-add counts as two
 * @param shareOfPeak {@code gflops} divided by the rate of the machine's fastest convolution or matrix product in the
 *     same run
 */
public record ProgramTiming(
        int batch, String precision, double medianMs, double imagesPerS, double gflops, double shareOfPeak) {

    static ProgramTiming of(int batch, String precision, double seconds, double flops, double peak) {
        double rate = flops / seconds;
        return new ProgramTiming(batch, precision, 1e3 * seconds, batch / seconds, rate / 1e9, rate / peak);
    }
}
