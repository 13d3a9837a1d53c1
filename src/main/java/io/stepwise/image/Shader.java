package io.stepwise.image;

/** Evaluates a {@link Paint} at a painted pixel; the result lies in the fields, to spare an object per pixel. */
final class Shader {
    private final Paint paint;
    private final float[] from;
    private final float[] to;
    float red;
    float green;
    float blue;
    float alpha;

    private Shader(Paint paint, int rgb0, double alpha0, int rgb1, double alpha1) {
        this.paint = paint;
        from = linear(rgb0, alpha0);
        to = linear(rgb1, alpha1);
        set(0);
    }

    static Shader of(Paint paint) {
        if (paint instanceof Paint.Linear p) {
            return new Shader(paint, p.rgb0(), p.alpha0(), p.rgb1(), p.alpha1());
        }
        if (paint instanceof Paint.Radial p) {
            return new Shader(paint, p.rgb0(), p.alpha0(), p.rgb1(), p.alpha1());
        }
        Paint.Solid p = (Paint.Solid) paint;
        return new Shader(paint, p.rgb(), p.alpha(), p.rgb(), p.alpha());
    }

    /** Sets the fields for the painted pixel ({@code px}, {@code py}), seen in drawing coordinates by {@code unmap}. */
    void shade(Affine unmap, double px, double py) {
        if (paint instanceof Paint.Linear p) {
            double dx = p.x1() - p.x0();
            double dy = p.y1() - p.y0();
            double along = (unmap.applyX(px, py) - p.x0()) * dx + (unmap.applyY(px, py) - p.y0()) * dy;
            set(along / (dx * dx + dy * dy));
        } else if (paint instanceof Paint.Radial p) {
            double dx = unmap.applyX(px, py) - p.cx();
            double dy = unmap.applyY(px, py) - p.cy();
            set(Math.sqrt(dx * dx + dy * dy) / p.radius());
        }
    }

    private void set(double position) {
        float t = (float) Math.max(0, Math.min(1, position));
        red = from[0] + (to[0] - from[0]) * t;
        green = from[1] + (to[1] - from[1]) * t;
        blue = from[2] + (to[2] - from[2]) * t;
        alpha = from[3] + (to[3] - from[3]) * t;
    }

    private static float[] linear(int rgb, double alpha) {
        return new float[] {Light.decode(rgb >> 16), Light.decode(rgb >> 8), Light.decode(rgb), (float) alpha};
    }
}
