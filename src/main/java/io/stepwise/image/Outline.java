package io.stepwise.image;

import java.awt.BasicStroke;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.Arrays;

/**
 * A shape: a Java2D path of one or more contours, with methods for drawing by hand.
 *
 * <p>Builder methods change this object and return it. A contour is closed when it is filled; overlapping contours are
 * united. Two consecutive calls of {@link #through} meet in a corner; within one call the curve is smooth
 * (Catmull–Rom).
 */
public final class Outline {
    private final Path2D path;

    public Outline() {
        this(new Path2D.Double(Path2D.WIND_NON_ZERO));
    }

    private Outline(Path2D path) {
        this.path = path;
    }

    public static Outline ellipse(double cx, double cy, double rx, double ry) {
        return of(new Ellipse2D.Double(cx - rx, cy - ry, 2 * rx, 2 * ry));
    }

    public static Outline circle(double cx, double cy, double radius) {
        return ellipse(cx, cy, radius, radius);
    }

    public static Outline rectangle(double x0, double y0, double x1, double y1) {
        return of(new Rectangle2D.Double(x0, y0, x1 - x0, y1 - y0));
    }

    /** A rectangle with corners of the given radius. */
    public static Outline roundRectangle(double x0, double y0, double x1, double y1, double radius) {
        return of(new RoundRectangle2D.Double(x0, y0, x1 - x0, y1 - y0, 2 * radius, 2 * radius));
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

    private static Outline of(Shape shape) {
        return new Outline(new Path2D.Double(shape));
    }

    public Outline move(double x, double y) {
        path.moveTo(x, y);
        return this;
    }

    public Outline line(double x, double y) {
        path.lineTo(x, y);
        return this;
    }

    public Outline quad(double cx, double cy, double x, double y) {
        path.quadTo(cx, cy, x, y);
        return this;
    }

    public Outline cubic(double ax, double ay, double bx, double by, double x, double y) {
        path.curveTo(ax, ay, bx, by, x, y);
        return this;
    }

    /** A smooth curve from the current point through the given ones. */
    public Outline through(double... xy) {
        Point2D from = path.getCurrentPoint();
        double[] all = new double[xy.length + 2];
        all[0] = from.getX();
        all[1] = from.getY();
        System.arraycopy(xy, 0, all, 2, xy.length);
        int n = all.length / 2;
        for (int i = 0; i + 1 < n; i++) {
            spline(all, Math.max(i - 1, 0), i, i + 1, Math.min(i + 2, n - 1));
        }
        return this;
    }

    /** Adds all contours of {@code other}. */
    public Outline add(Outline other) {
        path.append(other.path, false);
        return this;
    }

    /** A new outline: this one transformed by {@code map}. */
    public Outline map(AffineTransform map) {
        return new Outline(new Path2D.Double(path, map));
    }

    /** A new outline: a line of the given width along the open contours, with round ends and joins. */
    public Outline stroked(double width) {
        return of(stroke(width).createStrokedShape(path));
    }

    /** A new outline: a line of the given width around every contour. */
    public Outline border(double width) {
        return of(stroke(width).createStrokedShape(closed()));
    }

    /**
     * A new outline: a brush stroke along this single smooth open curve. Its width changes from {@code start} over
     * {@code middle} to {@code end}.
     */
    public Outline brushed(double start, double middle, double end) {
        return new Outline(new Brush(path).band(start, middle, end));
    }

    /** The shape in drawing coordinates; callers must not change it. */
    Shape shape() {
        return path;
    }

    private static BasicStroke stroke(double width) {
        return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    private Path2D closed() {
        Path2D closed = new Path2D.Double(Path2D.WIND_NON_ZERO);
        double[] c = new double[6];
        for (PathIterator i = path.getPathIterator(null); !i.isDone(); i.next()) {
            switch (i.currentSegment(c)) {
                case PathIterator.SEG_MOVETO -> {
                    close(closed);
                    closed.moveTo(c[0], c[1]);
                }
                case PathIterator.SEG_LINETO -> closed.lineTo(c[0], c[1]);
                case PathIterator.SEG_QUADTO -> closed.quadTo(c[0], c[1], c[2], c[3]);
                case PathIterator.SEG_CUBICTO -> closed.curveTo(c[0], c[1], c[2], c[3], c[4], c[5]);
                default -> close(closed);
            }
        }
        close(closed);
        return closed;
    }

    private static void close(Path2D path) {
        if (path.getCurrentPoint() != null) {
            path.closePath();
        }
    }

    private void spline(double[] xy, int before, int from, int to, int after) {
        path.curveTo(
                xy[2 * from] + (xy[2 * to] - xy[2 * before]) / 6,
                xy[2 * from + 1] + (xy[2 * to + 1] - xy[2 * before + 1]) / 6,
                xy[2 * to] - (xy[2 * after] - xy[2 * from]) / 6,
                xy[2 * to + 1] - (xy[2 * after + 1] - xy[2 * from + 1]) / 6,
                xy[2 * to],
                xy[2 * to + 1]);
    }
}
