package io.stepwise.image;

import java.awt.Composite;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.TexturePaint;
import java.awt.Transparency;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;

/**
 * A Java2D painting at a multiple of the final size. It is averaged down in linear light to {@link Pixels}.
 *
 * <p>Needs no display. The same calls give the same bytes on the same JDK. Not threadsafe, but several threads may each
 * use their own canvas.
 */
public final class Canvas {
    static {
        System.setProperty("java.awt.headless", "true");
    }

    private final int width;
    private final int height;
    private final int oversampling;
    private final BufferedImage painted;
    private final Graphics2D graphics;
    private final Composite opaque;
    private AffineTransform map;

    /**
     * Creates a black canvas.
     *
     * @param width pixels of the result
     * @param height pixels of the result
     * @param oversampling painted pixels per pixel of the result along each axis, 1 … 16
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
        painted = new BufferedImage(
                Math.multiplyExact(width, oversampling),
                Math.multiplyExact(height, oversampling),
                BufferedImage.TYPE_INT_RGB);
        graphics = smooth(painted);
        opaque = graphics.getComposite();
        map = AffineTransform.getScaleInstance(oversampling, oversampling);
    }

    /** Sets the map from drawing coordinates to pixels of the result; it applies to all later fills. */
    public Canvas transform(AffineTransform toPixels) {
        map = AffineTransform.getScaleInstance(oversampling, oversampling);
        map.concatenate(toPixels);
        return this;
    }

    /** Fills with a colour, {@code 0xRRGGBB}. */
    public Canvas fill(Outline outline, int rgb) {
        return fill(outline, Paint.of(rgb));
    }

    public Canvas fill(Outline outline, Paint paint) {
        fill(outline.shape(), map, paint.awt());
        return this;
    }

    /** Fills the part of {@code outline} that lies inside {@code inside}. */
    public Canvas fill(Outline outline, Paint paint, Outline inside) {
        Shape shape = map.createTransformedShape(outline.shape());
        Shape soft = map.createTransformedShape(inside.shape());
        Rectangle box = shape.getBounds()
                .intersection(soft.getBounds())
                .intersection(new Rectangle(painted.getWidth(), painted.getHeight()));
        if (!box.isEmpty()) {
            graphics.setTransform(new AffineTransform());
            graphics.setClip(box);
            fill(shape, new AffineTransform(), layer(paint, inside, box));
            graphics.setClip(null);
        }
        return this;
    }

    /**
     * Returns {@code paint} inside {@code inside} and transparent pixels outside. Java2D's own clip has hard, stepped
     * edges.
     */
    private TexturePaint layer(Paint paint, Outline inside, Rectangle box) {
        BufferedImage layer = new BufferedImage(box.width, box.height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = smooth(layer);
        g.translate(-box.x, -box.y);
        g.transform(map);
        g.setPaint(paint.awt());
        g.fill(inside.shape());
        g.dispose();
        return new TexturePaint(layer, box);
    }

    private void fill(Shape shape, AffineTransform toPainted, java.awt.Paint paint) {
        graphics.setTransform(toPainted);
        graphics.setComposite(paint.getTransparency() == Transparency.OPAQUE ? opaque : Light.Blend.OVER);
        graphics.setPaint(paint);
        graphics.fill(shape);
    }

    private static Graphics2D smooth(BufferedImage image) {
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        return graphics;
    }

    /** The current painting in RGB; each pixel is the mean light of its painted pixels. */
    public Pixels toPixels() {
        byte[] data = new byte[width * height * 3];
        int[] rows = new int[painted.getWidth() * oversampling];
        for (int y = 0; y < height; y++) {
            painted.getRaster().getDataElements(0, y * oversampling, painted.getWidth(), oversampling, rows);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    data[(y * width + x) * 3 + c] = (byte) Light.encode(mean(rows, x, 16 - 8 * c));
                }
            }
        }
        return new Pixels(width, height, 3, data);
    }

    private float mean(int[] rows, int x, int shift) {
        float sum = 0;
        for (int dy = 0; dy < oversampling; dy++) {
            int from = dy * painted.getWidth() + x * oversampling;
            for (int dx = 0; dx < oversampling; dx++) {
                sum += Light.decode(rows[from + dx] >> shift);
            }
        }
        return sum / (oversampling * oversampling);
    }
}
