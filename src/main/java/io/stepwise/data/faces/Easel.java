package io.stepwise.data.faces;

import io.stepwise.image.Canvas;
import io.stepwise.image.Outline;
import io.stepwise.image.Paint;

/**
 * The canvas for the painters of a face. It fills shapes and draws their outlines in a tint of the fill colour, not in
 * black.
 */
record Easel(Canvas canvas) {
    static final double LINE = 1.1;

    void fill(Outline shape, int rgb) {
        canvas.fill(shape, rgb);
    }

    void fill(Outline shape, Paint paint) {
        canvas.fill(shape, paint);
    }

    void fillInside(Outline inside, Outline shape, Paint paint) {
        canvas.fill(shape, paint, inside);
    }

    /** Fills a shape and draws its outline. */
    void shape(Outline shape, Paint paint, int line) {
        canvas.fill(shape.border(LINE), line);
        canvas.fill(shape, paint);
    }

    void shape(Outline shape, int rgb, int line) {
        shape(shape, Paint.of(rgb), line);
    }
}
