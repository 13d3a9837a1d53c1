package io.stepwise.image;

import java.awt.Composite;
import java.awt.CompositeContext;
import java.awt.RenderingHints;
import java.awt.image.ColorModel;
import java.awt.image.DirectColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/** The sRGB transfer curve (IEC 61966-2-1) between 8-bit samples and linear light in 0 … 1. */
final class Light {
    private static final int STEPS = 1 << 14;
    private static final float[] DECODED = new float[256];
    private static final byte[] ENCODED = new byte[STEPS + 1];

    static {
        for (int i = 0; i < 256; i++) {
            double s = i / 255.0;
            DECODED[i] = (float) (s <= 0.04045 ? s / 12.92 : StrictMath.pow((s + 0.055) / 1.055, 2.4));
        }
        for (int i = 0; i <= STEPS; i++) {
            double l = (double) i / STEPS;
            double s = l <= 0.0031308 ? 12.92 * l : 1.055 * StrictMath.pow(l, 1 / 2.4) - 0.055;
            ENCODED[i] = (byte) Math.rint(s * 255);
        }
    }

    private Light() {}

    /** Converts an 8-bit sample to linear light. */
    static float decode(int sample) {
        return DECODED[sample & 0xff];
    }

    /** Converts linear light to an 8-bit sample, 0 … 255; the input is clamped to 0 … 1. */
    static int encode(float light) {
        return ENCODED[Math.max(0, Math.min(STEPS, (int) (light * STEPS + 0.5f)))] & 0xff;
    }

    /**
     * The sRGB colour {@code 0xRRGGBB} whose light is between two colours; {@code amount} 0 is the first, 1 the second.
     */
    static int mix(int from, int to, float amount) {
        int result = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            float a = decode(from >> shift);
            result |= encode(a + (decode(to >> shift) - a) * amount) << shift;
        }
        return result;
    }

    /**
     * Blends translucent paint over an opaque picture in linear light, as real light does. Java2D's own {@link
     * java.awt.AlphaComposite} blends the sRGB samples, which gives darker colours.
     *
     * <p>Supports sources and destinations of packed 8-bit samples that are not premultiplied.
     */
    enum Blend implements Composite, CompositeContext {
        OVER;

        @Override
        public CompositeContext createContext(ColorModel source, ColorModel destination, RenderingHints hints) {
            if (!(source instanceof DirectColorModel) || source.isAlphaPremultiplied() || !source.hasAlpha()) {
                throw new IllegalArgumentException("source " + source + " must be packed ARGB, not premultiplied");
            }
            return this;
        }

        @Override
        public void compose(Raster source, Raster under, WritableRaster out) {
            int width = Math.min(source.getWidth(), under.getWidth());
            int height = Math.min(source.getHeight(), under.getHeight());
            int[] over = new int[width];
            int[] mixed = new int[width];
            for (int y = 0; y < height; y++) {
                source.getDataElements(source.getMinX(), source.getMinY() + y, width, 1, over);
                under.getDataElements(under.getMinX(), under.getMinY() + y, width, 1, mixed);
                for (int x = 0; x < width; x++) {
                    int alpha = over[x] >>> 24;
                    if (alpha > 0) {
                        mixed[x] = mix(mixed[x], over[x], alpha / 255f);
                    }
                }
                out.setDataElements(out.getMinX(), out.getMinY() + y, width, 1, mixed);
            }
        }

        @Override
        public void dispose() {}
    }
}
