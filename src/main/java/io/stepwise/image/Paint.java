package io.stepwise.image;

import java.awt.Color;
import java.awt.LinearGradientPaint;
import java.awt.RadialGradientPaint;

/**
 * The paint that fills a shape. Colours are sRGB {@code 0xRRGGBB}; alpha is 0 (transparent) … 1 (opaque).
 *
 * @param awt the Java2D paint, in drawing coordinates
 */
public record Paint(java.awt.Paint awt) {
    /**
     * The number of stops of a gradient. It is high because Java2D mixes neighbouring stops in sRGB and we want linear
     * light.
     */
    private static final int STOPS = 9;

    static {
        System.setProperty("java.awt.headless", "true");
    }

    public static Paint of(int rgb) {
        return new Paint(new Color(rgb));
    }

    /**
     * A plain colour.
     *
     * @throws IllegalArgumentException if {@code alpha} is outside 0 … 1
     */
    public static Paint of(int rgb, double alpha) {
        return new Paint(colour(rgb, alpha));
    }

    /** A soft round spot that fades to transparent at {@code radius}. */
    public static Paint glow(double cx, double cy, double radius, int rgb, double alpha) {
        return new Paint(
                new RadialGradientPaint((float) cx, (float) cy, (float) radius, new float[] {0, 1}, new Color[] {
                    colour(rgb, alpha), colour(rgb, 0)
                }));
    }

    /** An opaque gradient between two heights, constant outside them. */
    public static Paint vertical(double y0, int rgb0, double y1, int rgb1) {
        float[] fractions = new float[STOPS];
        Color[] colours = new Color[STOPS];
        for (int i = 0; i < STOPS; i++) {
            fractions[i] = i / (STOPS - 1f);
            colours[i] = new Color(Light.mix(rgb0, rgb1, fractions[i]));
        }
        return new Paint(new LinearGradientPaint(0, (float) y0, 0, (float) y1, fractions, colours));
    }

    /** The sRGB colour between {@code from} and {@code to}; {@code amount} 0 is the first, 1 the second. */
    public static int mix(int from, int to, double amount) {
        int result = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int a = from >> shift & 0xff;
            int b = to >> shift & 0xff;
            result |= (int) Math.rint(a + (b - a) * amount) << shift;
        }
        return result;
    }

    private static Color colour(int rgb, double alpha) {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha " + alpha + " must be in [0, 1]");
        }
        return new Color((int) Math.rint(alpha * 255) << 24 | rgb, true);
    }
}
