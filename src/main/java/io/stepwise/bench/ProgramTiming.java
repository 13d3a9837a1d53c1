package io.stepwise.bench;

/**
 * How fast a piece of work is at one batch size and precision.
 *
 * @param batch images per call
 * @param precision {@code f32}, {@code bf16} or {@code bf16-convolutions}
 * @param medianMs median milliseconds of a call
 * @param imagesPerS batch over the median
 * @param gflops 10⁹ floating-point operations per second, two per multiplication with addition
 * @param shareOfPeak {@code gflops} over what the machine's fastest convolution or matrix product reached in the same
 *     run
 */
public record ProgramTiming(
        int batch, String precision, double medianMs, double imagesPerS, double gflops, double shareOfPeak) {

    static ProgramTiming of(int batch, String precision, double seconds, double flops, double peak) {
        double rate = flops / seconds;
        return new ProgramTiming(batch, precision, 1e3 * seconds, batch / seconds, rate / 1e9, rate / peak);
    }
}
