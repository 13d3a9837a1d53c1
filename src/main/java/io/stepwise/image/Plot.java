package io.stepwise.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A line plot, such as loss curves: axes with round ticks, a legend, optional logarithmic axes and smoothing.
 *
 * @param title over the plot, may be empty
 * @param xLabel under the horizontal axis, may be empty
 * @param yLabel over the vertical axis, may be empty
 * @param logX whether the horizontal axis is logarithmic; values that are not positive are then left out
 * @param logY whether the vertical axis is logarithmic
 * @param smoothing 0 (none) … below 1: the weight of the past in a running mean, drawn over the pale raw line
 */
public record Plot(String title, String xLabel, String yLabel, boolean logX, boolean logY, double smoothing) {
    /**
     * A line.
     *
     * @param name for the legend; no legend entry when empty
     * @param x ascending
     * @param y as many; NaN interrupts the line
     */
    @SuppressWarnings("ArrayRecordComponent") // drawn and forgotten
    public record Series(String name, double[] x, double[] y) {
        public Series {
            if (x.length != y.length) {
                throw new IllegalArgumentException(
                        "x has " + x.length + " values and y " + y.length + ", must be equal");
            }
        }
    }

    private static final int[] COLOURS = {
        0x2f6fb5, 0xe0782a, 0x3f9b58, 0xc8453f, 0x8463b8, 0x8a5a3c, 0xd26ab0, 0x6c7480, 0xaaa832, 0x2fa9b8
    };
    private static final int INK = 0x33343c;
    private static final int SOFT_INK = 0x6b6d78;
    private static final int GRID = 0xe4e5ea;
    private static final int MIN_SIDE = 160;

    public Plot {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("smoothing " + smoothing + " must be in [0, 1)");
        }
    }

    /** Straight axes, no smoothing. */
    public Plot(String title, String xLabel, String yLabel) {
        this(title, xLabel, yLabel, false, false, 0);
    }

    /**
     * The plot, RGB, on white.
     *
     * @param width pixels, 160 … 8192
     * @param height pixels, 160 … 8192
     */
    public Pixels draw(List<Series> series, int width, int height) {
        Canvas canvas = new Canvas(width, height, 1);
        drawOn(canvas, series, width, height);
        return canvas.toPixels();
    }

    /** Draws the plot from the origin on; the sizes are as in {@link #draw}. */
    void drawOn(Surface surface, List<Series> series, int width, int height) {
        if (Math.min(width, height) < MIN_SIDE || Math.max(width, height) > 8192) {
            throw new IllegalArgumentException("size " + width + "x" + height + " must be in [160, 8192] both ways");
        }
        new Drawing(surface, series, width, height).draw();
    }

    /** One plot being drawn. */
    private final class Drawing {
        private final List<Series> series;
        private final Surface canvas;
        private final int width;
        private final int height;
        private final double letters;
        private final PlotAxis across;
        private final PlotAxis up;
        private final List<PlotAxis.Tick> yTicks;
        private final double left;
        private final double right;
        private final double top;
        private final double bottom;

        Drawing(Surface canvas, List<Series> series, int width, int height) {
            this.series = series;
            this.width = width;
            this.height = height;
            this.canvas = canvas;
            letters = Math.max(8, Math.min(12, Math.min(width, height) / 48.0));
            across = PlotAxis.around(all(Series::x), logX, 0);
            up = PlotAxis.around(all(Series::y), logY, 0.05);
            yTicks = up.ticks((int) Math.max(2, height / (letters * 7)));
            double widest = yTicks.stream()
                    .mapToDouble(tick -> Lettering.width(tick.label(), letters))
                    .max()
                    .orElse(0);
            left = letters * 3 + widest;
            right = width - letters * 2.5;
            top = letters * (title.isEmpty() ? 2 : 4.4) + (yLabel.isEmpty() ? 0 : letters * 2);
            bottom = height - letters * (xLabel.isEmpty() ? 3.5 : 5.6);
        }

        void draw() {
            canvas.fill(Outline.rectangle(0, 0, width, height), 0xffffff);
            axes();
            labels();
            Outline area = Outline.rectangle(left, top - 2, right + 2, bottom + 2);
            for (int i = 0; i < series.size(); i++) {
                lines(series.get(i), COLOURS[i % COLOURS.length], area);
            }
            legend();
        }

        private double[] all(Function<Series, double[]> values) {
            return series.stream()
                    .flatMapToDouble(one -> Arrays.stream(values.apply(one)))
                    .toArray();
        }

        private double x(double value) {
            return left + across.position(value) * (right - left);
        }

        private double y(double value) {
            return bottom - up.position(value) * (bottom - top);
        }

        private void axes() {
            for (PlotAxis.Tick tick : yTicks) {
                double y = Math.rint(y(tick.value())) + 0.5;
                canvas.fill(Outline.rectangle(left, y - 0.5, right, y + 0.5), GRID);
                double from = left - letters * 0.8 - Lettering.width(tick.label(), letters);
                text(tick.label(), from, y + letters / 2, letters, SOFT_INK);
            }
            for (PlotAxis.Tick tick : across.ticks((int) Math.max(2, width / (letters * 10)))) {
                double x = Math.rint(x(tick.value())) + 0.5;
                canvas.fill(Outline.rectangle(x - 0.5, top, x + 0.5, bottom), GRID);
                double from = x - Lettering.width(tick.label(), letters) / 2;
                text(tick.label(), from, bottom + letters * 2, letters, SOFT_INK);
            }
            double floor = Math.rint(bottom) + 0.5;
            canvas.fill(Outline.rectangle(left, floor - 0.75, right, floor + 0.75), 0x9a9ca6);
        }

        private void labels() {
            text(title, left, letters * 2.6, letters * 1.35, INK);
            text(yLabel, left, top - letters, letters, SOFT_INK);
            double end = (left + right - Lettering.width(xLabel, letters)) / 2;
            text(xLabel, end, height - letters * 1.4, letters, SOFT_INK);
        }

        private void text(String text, double x, double baseline, double size, int colour) {
            canvas.fill(Lettering.shape(text, x, baseline, size), colour);
        }

        private void lines(Series one, int colour, Outline area) {
            double thickness = Math.max(1.4, letters * 0.19);
            if (smoothing > 0) {
                canvas.fill(line(one.x(), one.y(), thickness * 0.7), Paint.of(colour, 0.3), area);
                canvas.fill(line(one.x(), smoothed(one.y()), thickness), Paint.of(colour), area);
            } else {
                canvas.fill(line(one.x(), one.y(), thickness), Paint.of(colour), area);
            }
        }

        /** The running mean, corrected for its start as in Adam. */
        private double[] smoothed(double[] values) {
            double[] result = new double[values.length];
            double mean = 0;
            double weight = 0;
            for (int i = 0; i < values.length; i++) {
                if (Double.isFinite(values[i])) {
                    mean = smoothing * mean + (1 - smoothing) * values[i];
                    weight = smoothing * weight + (1 - smoothing);
                }
                result[i] = Double.isFinite(values[i]) ? mean / weight : Double.NaN;
            }
            return result;
        }

        private Outline line(double[] xs, double[] ys, double thickness) {
            Outline line = new Outline();
            Outline dots = new Outline();
            List<double[]> run = new ArrayList<>();
            for (int i = 0; i <= xs.length; i++) {
                double x = i < xs.length ? x(xs[i]) : Double.NaN;
                double y = i < xs.length ? y(ys[i]) : Double.NaN;
                if (Double.isFinite(x) && Double.isFinite(y)) {
                    run.add(new double[] {x, y});
                } else {
                    finish(run, line, dots, thickness);
                    run.clear();
                }
            }
            return line.stroked(thickness).add(dots);
        }

        private void finish(List<double[]> run, Outline line, Outline dots, double thickness) {
            if (run.size() == 1) {
                dots.add(Outline.circle(run.get(0)[0], run.get(0)[1], thickness));
            }
            for (int i = 0; i < run.size() && run.size() > 1; i++) {
                double[] point = run.get(i);
                if (i == 0) {
                    line.move(point[0], point[1]);
                } else {
                    line.line(point[0], point[1]);
                }
            }
        }

        private void legend() {
            List<String> names = series.stream().map(Series::name).toList();
            double widest = names.stream()
                    .mapToDouble(name -> Lettering.width(name, letters))
                    .max()
                    .orElse(0);
            long shown = names.stream().filter(name -> !name.isEmpty()).count();
            if (shown == 0) {
                return;
            }
            double x = right - widest - letters * 5;
            double y = top + letters * 0.8;
            Outline box = Outline.roundRectangle(x, y, right - letters, y + letters * (1 + 1.9 * shown), 4);
            canvas.fill(box, Paint.of(0xffffff, 0.88));
            canvas.fill(box.border(1), GRID);
            double baseline = y + letters * 2;
            for (int i = 0; i < names.size(); i++) {
                if (!names.get(i).isEmpty()) {
                    double middle = baseline - letters / 2;
                    int colour = COLOURS[i % COLOURS.length];
                    canvas.fill(
                            Outline.rectangle(x + letters * 0.8, middle - 1.5, x + letters * 2.4, middle + 1.5),
                            colour);
                    text(names.get(i), x + letters * 3.2, baseline, letters, INK);
                    baseline += letters * 1.9;
                }
            }
        }
    }
}
