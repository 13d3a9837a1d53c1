package io.stepwise.schedule;

import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.image.Plot;
import io.stepwise.image.PlotSheet;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Plots of schedules: β, 1 − ᾱ and the log-SNR ln(ᾱ/(1 − ᾱ)), each over t/(T−1), so that schedules of any T can be compared.
 *
 * @param schedules in the order of the legend, by their names; an empty name has no legend entry
 */
public record ScheduleCurves(Map<String, NoiseSchedule> schedules) {
    /** Width of one plot in pixels. */
    public static final int WIDTH = 460;

    /** Height of one plot in pixels. */
    public static final int HEIGHT = 340;

    private static final int COLUMNS = 3;

    private interface Value {
        double of(NoiseSchedule schedule, int t);
    }

    /** The plots beside each other. */
    public PlotSheet sheet() {
        return new PlotSheet(
                List.of(
                        panel("β", NoiseSchedule::beta),
                        panel("1 − ᾱ, the part of the noise", (schedule, t) -> 1 - schedule.alphasCumprod(t)),
                        panel("log-SNR", (schedule, t) -> Math.log(schedule.snr(t)))),
                COLUMNS);
    }

    private PlotSheet.Panel panel(String title, Value value) {
        List<Plot.Series> lines = schedules.entrySet().stream()
                .map(each -> line(each.getKey(), each.getValue(), t -> value.of(each.getValue(), t)))
                .toList();
        return new PlotSheet.Panel(new Plot(title, "timestep / (T − 1)", ""), lines);
    }

    /** A value that isn't finite, such as the log-SNR where nothing of the image is left, interrupts the line. */
    private static Plot.Series line(String name, NoiseSchedule schedule, IntToDoubleFunction value) {
        int count = schedule.timesteps();
        return new Plot.Series(
                name,
                IntStream.range(0, count).mapToDouble(t -> t / (count - 1.0)).toArray(),
                IntStream.range(0, count)
                        .mapToDouble(value)
                        .map(y -> Double.isFinite(y) ? y : Double.NaN)
                        .toArray());
    }
}
