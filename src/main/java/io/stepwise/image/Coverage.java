package io.stepwise.image;

import java.util.Arrays;

/**
 * How much of every pixel an outline covers, computed exactly rather than by sampling.
 *
 * <p>Each edge adds, to the pixels it crosses, the change of covered area it causes to its right; a running sum along
 * the row then gives the signed area (R. Levien, "Inside the fastest font renderer in the world", 2016). Where
 * contours of one orientation overlap, the sum exceeds 1 and is cut, so overlapping pieces unite.
 */
final class Coverage {
    private final int width;
    private final int height;
    private final int stride;
    private final double[] area;
    private int top;
    private int bottom;
    private int left;
    private int right;

    Coverage(int width, int height) {
        this.width = width;
        this.height = height;
        stride = width + 2;
        area = new double[stride * height];
    }

    /** Replaces the content by the coverage of {@code outline} seen through {@code map}. */
    void rasterise(Outline outline, Affine map) {
        for (int y = top; y < bottom; y++) {
            Arrays.fill(area, y * stride, (y + 1) * stride, 0);
        }
        top = height;
        bottom = 0;
        left = width;
        right = 0;
        for (double[] contour : outline.contours()) {
            int n = contour.length;
            double x = map.applyX(contour[n - 2], contour[n - 1]);
            double y = map.applyY(contour[n - 2], contour[n - 1]);
            for (int i = 0; i < n; i += 2) {
                double nextX = map.applyX(contour[i], contour[i + 1]);
                double nextY = map.applyY(contour[i], contour[i + 1]);
                edge(x, y, nextX, nextY);
                x = nextX;
                y = nextY;
            }
        }
        accumulate();
    }

    /** First row that may be covered. */
    int top() {
        return top;
    }

    /** One past the last row that may be covered. */
    int bottom() {
        return bottom;
    }

    /** First column that may be covered. */
    int left() {
        return left;
    }

    /** One past the last column that may be covered. */
    int right() {
        return Math.min(right, width);
    }

    /** The covered part of a pixel, 0 … 1. */
    double at(int x, int y) {
        return area[y * stride + x];
    }

    private void accumulate() {
        for (int y = top; y < bottom; y++) {
            double sum = 0;
            int row = y * stride;
            for (int x = left; x < right(); x++) {
                sum += area[row + x];
                area[row + x] = Math.min(Math.abs(sum), 1);
            }
        }
    }

    private void edge(double fromX, double fromY, double toX, double toY) {
        if (fromY == toY) {
            return;
        }
        double direction = fromY < toY ? 1 : -1;
        double x0 = fromY < toY ? fromX : toX;
        double y0 = Math.min(fromY, toY);
        double x1 = fromY < toY ? toX : fromX;
        double y1 = Math.max(fromY, toY);
        int firstRow = (int) Math.max(0, Math.floor(y0));
        int endRow = (int) Math.min(height, Math.ceil(y1));
        if (firstRow >= endRow) {
            return;
        }
        top = Math.min(top, firstRow);
        bottom = Math.max(bottom, endRow);
        double slope = (x1 - x0) / (y1 - y0);
        for (int row = firstRow; row < endRow; row++) {
            double upper = Math.max(row, y0);
            double lower = Math.min(row + 1, y1);
            span(row, x0 + (upper - y0) * slope, x0 + (lower - y0) * slope, (lower - upper) * direction);
        }
    }

    /** The piece of an edge inside one row: it goes from {@code xa} to {@code xb} and is {@code d} high (signed). */
    private void span(int row, double xa, double xb, double d) {
        double x0 = clampX(Math.min(xa, xb));
        double x1 = clampX(Math.max(xa, xb));
        int first = (int) x0;
        int last = (int) Math.ceil(x1);
        left = Math.min(left, first);
        right = Math.max(right, Math.max(last, first + 1) + 1);
        int at = row * stride + first;
        if (last <= first + 1) {
            double beyond = d * ((x0 + x1) / 2 - first);
            area[at] += d - beyond;
            area[at + 1] += beyond;
            return;
        }
        double perPixel = d / (x1 - x0);
        double covered = 0;
        for (int x = first; x < last; x++) {
            double enter = Math.max(x0, x);
            double leave = Math.min(x1, x + 1);
            double here = perPixel * (leave - enter);
            double beyond = here * ((enter + leave) / 2 - x);
            area[at + x - first] += covered + here - beyond;
            covered = beyond;
        }
        area[at + last - first] += covered;
    }

    private double clampX(double x) {
        return Math.max(0, Math.min(width, x));
    }
}
