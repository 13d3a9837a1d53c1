package io.stepwise.image;

/**
 * A plane map: {@code x' = xx·x + xy·y + x0}, {@code y' = yx·x + yy·y + y0}.
 *
 * <p>Uses {@link StrictMath}, so that the same drawing gives the same bytes on every JVM.
 */
public record Affine(double xx, double xy, double x0, double yx, double yy, double y0) {
    public static final Affine IDENTITY = new Affine(1, 0, 0, 0, 1, 0);

    public static Affine scale(double factor) {
        return new Affine(factor, 0, 0, 0, factor, 0);
    }

    public static Affine translation(double dx, double dy) {
        return new Affine(1, 0, dx, 0, 1, dy);
    }

    /** Rotation by {@code radians} (clockwise on screen, where y points down) that keeps ({@code cx}, {@code cy}). */
    public static Affine rotationAbout(double cx, double cy, double radians) {
        double cos = StrictMath.cos(radians);
        double sin = StrictMath.sin(radians);
        return new Affine(cos, -sin, cx - cos * cx + sin * cy, sin, cos, cy - sin * cx - cos * cy);
    }

    /** Scaling by {@code factor} that keeps ({@code cx}, {@code cy}). */
    public static Affine scaleAbout(double cx, double cy, double factor) {
        return new Affine(factor, 0, cx - factor * cx, 0, factor, cy - factor * cy);
    }

    /** This map after {@code first}: {@code p → this(first(p))}. */
    public Affine after(Affine first) {
        return new Affine(
                xx * first.xx + xy * first.yx,
                xx * first.xy + xy * first.yy,
                applyX(first.x0, first.y0),
                yx * first.xx + yy * first.yx,
                yx * first.xy + yy * first.yy,
                applyY(first.x0, first.y0));
    }

    /**
     * The map back.
     *
     * @throws IllegalStateException when this map collapses the plane
     */
    public Affine inverse() {
        double det = xx * yy - xy * yx;
        if (det == 0) {
            throw new IllegalStateException("determinant 0, " + this + " has no inverse");
        }
        return new Affine(
                yy / det, -xy / det, (xy * y0 - yy * x0) / det, -yx / det, xx / det, (yx * x0 - xx * y0) / det);
    }

    public double applyX(double x, double y) {
        return xx * x + xy * y + x0;
    }

    public double applyY(double x, double y) {
        return yx * x + yy * y + y0;
    }
}
