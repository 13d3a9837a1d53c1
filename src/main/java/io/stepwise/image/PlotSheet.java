package io.stepwise.image;

import java.awt.geom.AffineTransform;
import java.util.List;

/**
 * Several plots side by side and below each other.
 *
 * @param panels row by row
 * @param columns plots per row, at least 1
 */
public record PlotSheet(List<Panel> panels, int columns) {
    /** A plot and its lines. */
    public record Panel(Plot plot, List<Plot.Series> series) {
        public Panel {
            series = List.copyOf(series);
        }
    }

    public PlotSheet {
        panels = List.copyOf(panels);
        if (columns < 1) {
            throw new IllegalArgumentException("columns " + columns + " must be at least 1");
        }
    }

    /**
     * The sheet, RGB, on white.
     *
     * @param width pixels of a plot, 160 … 8192
     * @param height pixels of a plot, 160 … 8192
     */
    public Pixels draw(int width, int height) {
        Canvas canvas = new Canvas(width * columns, height * rows(), 1);
        drawOn(canvas, width, height);
        return canvas.toPixels();
    }

    /** The sheet as an SVG document, in UTF-8; the sizes are as in {@link #draw}. */
    public byte[] svg(int width, int height) {
        SvgDrawing drawing = new SvgDrawing(width * columns, height * rows());
        drawOn(drawing, width, height);
        return drawing.document();
    }

    private int rows() {
        return Math.max(1, (panels.size() + columns - 1) / columns);
    }

    private void drawOn(Surface surface, int width, int height) {
        surface.fill(Outline.rectangle(0, 0, width * columns, height * rows()), 0xffffff);
        for (int i = 0; i < panels.size(); i++) {
            surface.transform(AffineTransform.getTranslateInstance(
                    (double) width * (i % columns), (double) height * (i / columns)));
            panels.get(i).plot.drawOn(surface, panels.get(i).series, width, height);
        }
    }
}
