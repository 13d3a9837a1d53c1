package io.stepwise.image;

/**
 * A small painter: fills outlines with exact anti-aliasing, in linear light, and gives {@link Pixels}.
 *
 * <p>It is plain strict arithmetic without any native library: the same calls give the same bytes on every JVM, and it
 * needs neither fonts nor a display. Not thread-safe.
 */
public final class Canvas {
    private final int width;
    private final int height;
    private final int oversampling;
    private final int paintedWidth;
    private final float[] light;
    private final Coverage coverage;
    private final Coverage clip;
    private Affine map;
    private Affine unmap;

    /**
     * A black canvas.
     *
     * @param width pixels of the result
     * @param height pixels of the result
     * @param oversampling painted pixels per pixel of the result and axis, 1 … 16; above 1 where many edges coincide
     */
    public Canvas(int width, int height, int oversampling) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("size " + width + "x" + height + " must be at least 1x1");
        }
        if (oversampling < 1 || oversampling > 16) {
            throw new IllegalArgumentException("oversampling " + oversampling + " must be in [1, 16]");
        }
        this.width = width;
        this.height = height;
        this.oversampling = oversampling;
        paintedWidth = Math.multiplyExact(width, oversampling);
        int paintedHeight = Math.multiplyExact(height, oversampling);
        light = new float[Math.multiplyExact(Math.multiplyExact(paintedWidth, paintedHeight), 3)];
        coverage = new Coverage(paintedWidth, paintedHeight);
        clip = new Coverage(paintedWidth, paintedHeight);
        map = Affine.scale(oversampling);
        unmap = map.inverse();
    }

    /** Sets the map from drawing coordinates to pixels of the result, for what is filled from now on. */
    public Canvas transform(Affine toPixels) {
        map = Affine.scale(oversampling).after(toPixels);
        unmap = map.inverse();
        return this;
    }

    public Canvas fill(Outline outline, int rgb) {
        return fill(outline, Paint.of(rgb));
    }

    public Canvas fill(Outline outline, Paint paint) {
        coverage.rasterise(outline, map);
        paint(paint, false);
        return this;
    }

    /** Fills the part of {@code outline} that lies inside {@code inside}. */
    public Canvas fill(Outline outline, Paint paint, Outline inside) {
        coverage.rasterise(outline, map);
        clip.rasterise(inside, map);
        paint(paint, true);
        return this;
    }

    /** The painting so far, RGB, each pixel the mean light of its painted pixels. */
    public Pixels toPixels() {
        byte[] data = new byte[width * height * 3];
        float share = 1f / (oversampling * oversampling);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    data[(y * width + x) * 3 + c] = (byte) Light.encode(sum(x, y, c) * share);
                }
            }
        }
        return new Pixels(width, height, 3, data);
    }

    private float sum(int x, int y, int c) {
        float sum = 0;
        for (int dy = 0; dy < oversampling; dy++) {
            int row = ((y * oversampling + dy) * paintedWidth + x * oversampling) * 3 + c;
            for (int dx = 0; dx < oversampling; dx++) {
                sum += light[row + dx * 3];
            }
        }
        return sum;
    }

    private void paint(Paint paint, boolean clipped) {
        Shader shader = Shader.of(paint);
        for (int y = coverage.top(); y < coverage.bottom(); y++) {
            if (clipped && (y < clip.top() || y >= clip.bottom())) {
                continue;
            }
            int from = clipped ? Math.max(coverage.left(), clip.left()) : coverage.left();
            int to = clipped ? Math.min(coverage.right(), clip.right()) : coverage.right();
            for (int x = from; x < to; x++) {
                double covered = coverage.at(x, y) * (clipped ? clip.at(x, y) : 1);
                if (covered > 0) {
                    shader.shade(unmap, x + 0.5, y + 0.5);
                    blend((y * paintedWidth + x) * 3, shader, (float) (covered * shader.alpha));
                }
            }
        }
    }

    private void blend(int at, Shader shader, float alpha) {
        light[at] += (shader.red - light[at]) * alpha;
        light[at + 1] += (shader.green - light[at + 1]) * alpha;
        light[at + 2] += (shader.blue - light[at + 2]) * alpha;
    }
}
