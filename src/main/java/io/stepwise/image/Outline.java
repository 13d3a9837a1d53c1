package io.stepwise.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A drawn shape: one or more contours, built point by point, curves flattened as they are added.
 *
 * <p>Builder methods change this object and return it. A contour is closed when it is filled. Two calls of {@link
 * #through} in a row meet in a corner; inside one call the curve is smooth (Catmull–Rom).
 */
public final class Outline {
    private static final int CURVE_SEGMENTS = 20;
    private static final int SPLINE_SEGMENTS = 10;
    private static final double CIRCLE = 0.5522847498307936;

    private final List<double[]> finished = new ArrayList<>();
    private double[] points = new double[64];
    private int used;

    public static Outline ellipse(double cx, double cy, double rx, double ry) {
        double kx = rx * CIRCLE;
        double ky = ry * CIRCLE;
        return new Outline()
                .move(cx + rx, cy)
                .cubic(cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry)
                .cubic(cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy)
                .cubic(cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry)
                .cubic(cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy);
    }

    public static Outline circle(double cx, double cy, double radius) {
        return ellipse(cx, cy, radius, radius);
    }

    public static Outline rectangle(double x0, double y0, double x1, double y1) {
        return new Outline().move(x0, y0).line(x1, y0).line(x1, y1).line(x0, y1);
    }

    /** A rectangle with corners of the given radius. */
    public static Outline roundRectangle(double x0, double y0, double x1, double y1, double radius) {
        double k = radius * (1 - CIRCLE);
        return new Outline()
                .move(x0 + radius, y0)
                .line(x1 - radius, y0)
                .cubic(x1 - k, y0, x1, y0 + k, x1, y0 + radius)
                .line(x1, y1 - radius)
                .cubic(x1, y1 - k, x1 - k, y1, x1 - radius, y1)
                .line(x0 + radius, y1)
                .cubic(x0 + k, y1, x0, y1 - k, x0, y1 - radius)
                .line(x0, y0 + radius)
                .cubic(x0, y0 + k, x0 + k, y0, x0 + radius, y0);
    }

    /** The smooth closed curve through the points {@code x0, y0, x1, y1, …}; at least three points. */
    public static Outline blob(double... xy) {
        int n = xy.length / 2;
        Outline outline = new Outline().move(xy[0], xy[1]);
        for (int i = 0; i < n; i++) {
            outline.spline(xy, (i + n - 1) % n, i, (i + 1) % n, (i + 2) % n);
        }
        return outline;
    }

    /** The smooth open curve through the points {@code x0, y0, x1, y1, …}; at least two points. */
    public static Outline curve(double... xy) {
        return new Outline().move(xy[0], xy[1]).through(Arrays.copyOfRange(xy, 2, xy.length));
    }

    /** Starts a new contour. */
    public Outline move(double x, double y) {
        finishContour();
        add(x, y);
        return this;
    }

    public Outline line(double x, double y) {
        requireStarted();
        add(x, y);
        return this;
    }

    public Outline quad(double cx, double cy, double x, double y) {
        requireStarted();
        double x0 = points[used - 2];
        double y0 = points[used - 1];
        return cubic(x0 + (cx - x0) * 2 / 3, y0 + (cy - y0) * 2 / 3, x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3, x, y);
    }

    public Outline cubic(double ax, double ay, double bx, double by, double x, double y) {
        requireStarted();
        bezier(ax, ay, bx, by, x, y, CURVE_SEGMENTS);
        return this;
    }

    /** A smooth curve from the current point through the given ones. */
    public Outline through(double... xy) {
        requireStarted();
        double[] all = new double[xy.length + 2];
        all[0] = points[used - 2];
        all[1] = points[used - 1];
        System.arraycopy(xy, 0, all, 2, xy.length);
        int n = all.length / 2;
        for (int i = 0; i + 1 < n; i++) {
            spline(all, Math.max(i - 1, 0), i, i + 1, Math.min(i + 2, n - 1));
        }
        return this;
    }

    /** Adds all contours of {@code other}. */
    public Outline add(Outline other) {
        finishContour();
        finished.addAll(other.contours());
        return this;
    }

    /** A new outline: this one seen through {@code map}. */
    public Outline map(Affine map) {
        Outline result = new Outline();
        for (double[] contour : contours()) {
            double[] moved = new double[contour.length];
            for (int i = 0; i < contour.length; i += 2) {
                moved[i] = map.applyX(contour[i], contour[i + 1]);
                moved[i + 1] = map.applyY(contour[i], contour[i + 1]);
            }
            result.finished.add(moved);
        }
        return result;
    }

    /** A new outline: this one mirrored left to right at {@code axis}. */
    public Outline mirrored(double axis) {
        return map(new Affine(-1, 0, 2 * axis, 0, 1, 0));
    }

    /** A new outline: a line of the given width, with round ends and joins, along the open contours. */
    public Outline stroked(double width) {
        return Stroke.of(this, false, width, width, width);
    }

    /** A new outline: a line of the given width round every contour. */
    public Outline border(double width) {
        return Stroke.of(this, true, width, width, width);
    }

    /** A new outline: a brush stroke, whose width goes from {@code start} over {@code middle} to {@code end}. */
    public Outline brushed(double start, double middle, double end) {
        return Stroke.of(this, false, start, middle, end);
    }

    /** The contours, each {@code x0, y0, x1, y1, …}; not to be changed. */
    List<double[]> contours() {
        finishContour();
        return finished;
    }

    private void spline(double[] xy, int before, int from, int to, int after) {
        bezier(
                xy[2 * from] + (xy[2 * to] - xy[2 * before]) / 6,
                xy[2 * from + 1] + (xy[2 * to + 1] - xy[2 * before + 1]) / 6,
                xy[2 * to] - (xy[2 * after] - xy[2 * from]) / 6,
                xy[2 * to + 1] - (xy[2 * after + 1] - xy[2 * from + 1]) / 6,
                xy[2 * to],
                xy[2 * to + 1],
                SPLINE_SEGMENTS);
    }

    private void bezier(double ax, double ay, double bx, double by, double x, double y, int segments) {
        double x0 = points[used - 2];
        double y0 = points[used - 1];
        for (int i = 1; i <= segments; i++) {
            double t = (double) i / segments;
            double s = 1 - t;
            double w0 = s * s * s;
            double w1 = 3 * s * s * t;
            double w2 = 3 * s * t * t;
            double w3 = t * t * t;
            add(w0 * x0 + w1 * ax + w2 * bx + w3 * x, w0 * y0 + w1 * ay + w2 * by + w3 * y);
        }
    }

    private void add(double x, double y) {
        if (used == points.length) {
            points = Arrays.copyOf(points, 2 * used);
        }
        points[used++] = x;
        points[used++] = y;
    }

    private void requireStarted() {
        if (used == 0) {
            throw new IllegalStateException("an outline starts with move");
        }
    }

    private void finishContour() {
        if (used > 0) {
            finished.add(Arrays.copyOf(points, used));
            used = 0;
        }
    }
}
