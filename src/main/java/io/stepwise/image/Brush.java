package io.stepwise.image;

import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.Arrays;

/**
 * A line of variable width, which {@link java.awt.BasicStroke} does not offer. An open smooth curve becomes a band
 * along it with round ends.
 */
final class Brush {
    private static final int STEPS = 10;

    private double[] xs = new double[64];
    private double[] ys = new double[64];
    private int count;

    /**
     * @param curve one open contour of lines and cubic curves, without sharp corners
     */
    Brush(Path2D curve) {
        double[] c = new double[6];
        for (PathIterator i = curve.getPathIterator(null); !i.isDone(); i.next()) {
            switch (i.currentSegment(c)) {
                case PathIterator.SEG_CUBICTO -> cubic(xs[count - 1], ys[count - 1], c);
                default -> add(c[0], c[1]);
            }
        }
    }

    /** The band whose width changes from {@code start} over {@code middle} to {@code end}. */
    Path2D band(double start, double middle, double end) {
        Path2D band = new Path2D.Double(Path2D.WIND_NON_ZERO, 2 * count + 16);
        for (int i = 0; i < count; i++) {
            edge(band, i, -width(start, middle, end, i) / 2);
        }
        for (int i = count - 1; i >= 0; i--) {
            edge(band, i, width(start, middle, end, i) / 2);
        }
        band.closePath();
        band.append(new Ellipse2D.Double(xs[0] - start / 2, ys[0] - start / 2, start, start), false);
        band.append(new Ellipse2D.Double(xs[count - 1] - end / 2, ys[count - 1] - end / 2, end, end), false);
        return band;
    }

    private void edge(Path2D band, int i, double offset) {
        int before = Math.max(i - 1, 0);
        int after = Math.min(i + 1, count - 1);
        double dx = xs[after] - xs[before];
        double dy = ys[after] - ys[before];
        double length = Math.sqrt(dx * dx + dy * dy);
        double x = xs[i] - dy / length * offset;
        double y = ys[i] + dx / length * offset;
        if (band.getCurrentPoint() == null) {
            band.moveTo(x, y);
        } else {
            band.lineTo(x, y);
        }
    }

    /** The parabola through (0, start), (1/2, middle), (1, end). */
    private double width(double start, double middle, double end, int i) {
        double t = i / (count - 1.0);
        double width = start * (1 - t) * (1 - 2 * t) + 4 * middle * t * (1 - t) + end * t * (2 * t - 1);
        return Math.max(width, 0);
    }

    private void cubic(double x0, double y0, double[] c) {
        for (int i = 1; i <= STEPS; i++) {
            double t = (double) i / STEPS;
            double s = 1 - t;
            double w0 = s * s * s;
            double w1 = 3 * s * s * t;
            double w2 = 3 * s * t * t;
            double w3 = t * t * t;
            add(w0 * x0 + w1 * c[0] + w2 * c[2] + w3 * c[4], w0 * y0 + w1 * c[1] + w2 * c[3] + w3 * c[5]);
        }
    }

    private void add(double x, double y) {
        if (count == xs.length) {
            xs = Arrays.copyOf(xs, 2 * count);
            ys = Arrays.copyOf(ys, 2 * count);
        }
        xs[count] = x;
        ys[count++] = y;
    }
}
