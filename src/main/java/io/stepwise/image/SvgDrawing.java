package io.stepwise.image;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A drawing as an SVG document: paths only, letters too, so that it looks the same everywhere and needs no fonts. Colours
 * are plain ones. Not thread-safe.
 */
final class SvgDrawing implements Surface {
    private final int width;
    private final int height;
    private final StringBuilder paths = new StringBuilder();
    private AffineTransform map = new AffineTransform();
    private int clips;

    /**
     * An empty drawing.
     *
     * @param width in pixels of the screen, unless it is scaled
     * @param height in pixels of the screen, unless it is scaled
     */
    SvgDrawing(int width, int height) {
        this.width = width;
        this.height = height;
    }

    @Override
    public SvgDrawing transform(AffineTransform toResult) {
        map = new AffineTransform(toResult);
        return this;
    }

    @Override
    public SvgDrawing fill(Outline outline, Paint paint) {
        path(outline, paint, "");
        return this;
    }

    /** The inside is taken for the rectangle around it. */
    @Override
    public SvgDrawing fill(Outline outline, Paint paint, Outline inside) {
        Rectangle2D box = map.createTransformedShape(inside.shape()).getBounds2D();
        String id = "inside" + clips++;
        paths.append(String.format(
                Locale.ROOT,
                "<clipPath id=\"%s\"><rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/></clipPath>%n",
                id,
                box.getX(),
                box.getY(),
                box.getWidth(),
                box.getHeight()));
        path(outline, paint, " clip-path=\"url(#" + id + ")\"");
        return this;
    }

    private void path(Outline outline, Paint paint, String more) {
        Color colour = (Color) paint.awt();
        paths.append(String.format(
                Locale.ROOT,
                "<path fill=\"#%06x\"%s%s d=\"",
                colour.getRGB() & 0xffffff,
                colour.getAlpha() == 255
                        ? ""
                        : String.format(Locale.ROOT, " fill-opacity=\"%.2f\"", colour.getAlpha() / 255.0),
                more));
        data(outline.shape());
        paths.append("\"/>\n");
    }

    private void data(Shape shape) {
        double[] at = new double[6];
        for (PathIterator path = shape.getPathIterator(map); !path.isDone(); path.next()) {
            switch (path.currentSegment(at)) {
                case PathIterator.SEG_MOVETO -> segment('M', at, 2);
                case PathIterator.SEG_LINETO -> segment('L', at, 2);
                case PathIterator.SEG_QUADTO -> segment('Q', at, 4);
                case PathIterator.SEG_CUBICTO -> segment('C', at, 6);
                default -> paths.append('Z');
            }
        }
    }

    private void segment(char letter, double[] at, int numbers) {
        paths.append(letter);
        for (int i = 0; i < numbers; i++) {
            long hundredths = Math.round(at[i] * 100);
            paths.append(i == 0 ? "" : " ").append(hundredths / 100.0);
        }
    }

    /** The document, in UTF-8. */
    byte[] document() {
        String head = String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">%n",
                width,
                height,
                width,
                height);
        return (head + paths + "</svg>\n").getBytes(StandardCharsets.UTF_8);
    }
}
