package io.stepwise.image;

import java.util.Arrays;

/**
 * Turns a line into a shape: a quadrilateral for every segment, meeting in a mitre where the line bends gently, with
 * discs at its ends and sharp corners. All pieces have one orientation, so that {@link Canvas} unites them.
 */
final class Stroke {
    private static final int DISC_SIDES = 20;
    private static final double[] DISC = disc();
    /** Cosine of the sharpest bend that gets a mitre. */
    private static final double GENTLE = 0.75;

    private final double[] line;
    private final int count;
    private final int segments;
    private final Outline result;

    private Stroke(double[] line, boolean closed, Outline result) {
        this.line = line;
        this.result = result;
        count = line.length / 2;
        segments = closed ? count : count - 1;
    }

    /** The outline of a line whose width goes from {@code start} over {@code middle} to {@code end}. */
    static Outline of(Outline outline, boolean closed, double start, double middle, double end) {
        Outline result = new Outline();
        for (double[] contour : outline.contours()) {
            double[] line = withoutRepeats(contour, closed);
            if (line.length >= 4) {
                new Stroke(line, closed, result).draw(start / 2, middle / 2, end / 2);
            }
        }
        return result;
    }

    private void draw(double start, double middle, double end) {
        double before = start;
        for (int i = 0; i < segments; i++) {
            double after = radius(start, middle, end, (i + 1.0) / segments);
            double[] from = offset(i - 1, i);
            double[] to = offset(i + 1, i);
            double ax = x(i);
            double ay = y(i);
            double bx = x(i + 1);
            double by = y(i + 1);
            result.move(ax - from[0] * before, ay - from[1] * before)
                    .line(bx - to[0] * after, by - to[1] * after)
                    .line(bx + to[0] * after, by + to[1] * after)
                    .line(ax + from[0] * before, ay + from[1] * before);
            if (!gentle(i - 1, i)) {
                disc(ax, ay, before);
            }
            before = after;
        }
        if (segments < count) {
            disc(x(segments), y(segments), end);
        }
    }

    /** The offset, per unit of width, of segment {@code own} where it meets {@code neighbour}: normal or mitre. */
    private double[] offset(int neighbour, int own) {
        double nx = -directionY(own);
        double ny = directionX(own);
        if (!gentle(neighbour, own)) {
            return new double[] {nx, ny};
        }
        double sumX = nx - directionY(neighbour);
        double sumY = ny + directionX(neighbour);
        double scale = 2 / (sumX * sumX + sumY * sumY);
        return new double[] {sumX * scale, sumY * scale};
    }

    private boolean gentle(int a, int b) {
        boolean open = segments < count;
        if (open && (Math.min(a, b) < 0 || Math.max(a, b) >= segments)) {
            return false;
        }
        return directionX(a) * directionX(b) + directionY(a) * directionY(b) > GENTLE;
    }

    private double directionX(int segment) {
        return (x(segment + 1) - x(segment)) / length(segment);
    }

    private double directionY(int segment) {
        return (y(segment + 1) - y(segment)) / length(segment);
    }

    private double length(int segment) {
        double dx = x(segment + 1) - x(segment);
        double dy = y(segment + 1) - y(segment);
        return Math.sqrt(dx * dx + dy * dy);
    }

    private double x(int i) {
        return line[2 * Math.floorMod(i, count)];
    }

    private double y(int i) {
        return line[2 * Math.floorMod(i, count) + 1];
    }

    /** The parabola through (0, start), (1/2, middle), (1, end). */
    private static double radius(double start, double middle, double end, double t) {
        double radius = start * (1 - t) * (1 - 2 * t) + 4 * middle * t * (1 - t) + end * t * (2 * t - 1);
        return Math.max(radius, 0);
    }

    private void disc(double x, double y, double radius) {
        if (radius <= 0) {
            return;
        }
        result.move(x + radius * DISC[0], y + radius * DISC[1]);
        for (int i = 2; i < DISC.length; i += 2) {
            result.line(x + radius * DISC[i], y + radius * DISC[i + 1]);
        }
    }

    private static double[] withoutRepeats(double[] contour, boolean closed) {
        double[] kept = new double[contour.length];
        int used = 0;
        for (int i = 0; i < contour.length; i += 2) {
            if (used == 0 || contour[i] != kept[used - 2] || contour[i + 1] != kept[used - 1]) {
                kept[used++] = contour[i];
                kept[used++] = contour[i + 1];
            }
        }
        while (closed && used > 2 && kept[0] == kept[used - 2] && kept[1] == kept[used - 1]) {
            used -= 2;
        }
        return Arrays.copyOf(kept, used);
    }

    private static double[] disc() {
        double[] points = new double[2 * DISC_SIDES];
        for (int i = 0; i < DISC_SIDES; i++) {
            double angle = 2 * Math.PI * i / DISC_SIDES;
            points[2 * i] = StrictMath.cos(angle);
            points[2 * i + 1] = StrictMath.sin(angle);
        }
        return points;
    }
}
