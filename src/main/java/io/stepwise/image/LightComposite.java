package io.stepwise.image;

import java.awt.Composite;
import java.awt.CompositeContext;
import java.awt.RenderingHints;
import java.awt.image.ColorModel;
import java.awt.image.DirectColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/**
 * Blends translucent paint over an opaque picture in linear light, as real light does. Java2D's own {@link
 * java.awt.AlphaComposite} blends the sRGB samples, which gives darker colours.
 *
 * <p>Supports sources and destinations of packed 8-bit samples that are not premultiplied.
 */
enum LightComposite implements Composite, CompositeContext {
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
                    mixed[x] = Light.mix(mixed[x], over[x], alpha / 255f);
                }
            }
            out.setDataElements(out.getMinX(), out.getMinY() + y, width, 1, mixed);
        }
    }

    @Override
    public void dispose() {}
}
