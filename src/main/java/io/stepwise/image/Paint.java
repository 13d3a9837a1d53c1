package io.stepwise.image;

/** What a shape is filled with. Colours are sRGB {@code 0xRRGGBB}; alpha runs from 0 (nothing) to 1 (opaque). */
public sealed interface Paint {
    /** One colour everywhere. */
    record Solid(int rgb, double alpha) implements Paint {
        public Solid {
            requireAlpha(alpha);
        }
    }

    /** From one colour at ({@code x0}, {@code y0}) to another at ({@code x1}, {@code y1}), constant beyond. */
    record Linear(double x0, double y0, int rgb0, double alpha0, double x1, double y1, int rgb1, double alpha1)
            implements Paint {
        public Linear {
            requireAlpha(alpha0);
            requireAlpha(alpha1);
        }
    }

    /** From one colour in the centre to another at {@code radius}, constant beyond. */
    record Radial(double cx, double cy, double radius, int rgb0, double alpha0, int rgb1, double alpha1)
            implements Paint {
        public Radial {
            requireAlpha(alpha0);
            requireAlpha(alpha1);
        }
    }

    static Paint of(int rgb) {
        return new Solid(rgb, 1);
    }

    static Paint of(int rgb, double alpha) {
        return new Solid(rgb, alpha);
    }

    /** A soft round spot that fades to nothing at {@code radius}. */
    static Paint glow(double cx, double cy, double radius, int rgb, double alpha) {
        return new Radial(cx, cy, radius, rgb, alpha, rgb, 0);
    }

    /** Opaque gradient between two heights. */
    static Paint vertical(double y0, int rgb0, double y1, int rgb1) {
        return new Linear(0, y0, rgb0, 1, 0, y1, rgb1, 1);
    }

    /** The sRGB colour a fraction {@code amount} (0 … 1) of the way from {@code from} to {@code to}. */
    static int mix(int from, int to, double amount) {
        int result = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int a = from >> shift & 0xff;
            int b = to >> shift & 0xff;
            result |= (int) Math.rint(a + (b - a) * amount) << shift;
        }
        return result;
    }

    private static void requireAlpha(double alpha) {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha " + alpha + " must be in [0, 1]");
        }
    }
}
