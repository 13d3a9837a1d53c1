package io.stepwise.data.faces;

import io.stepwise.image.Canvas;
import io.stepwise.image.Outline;
import io.stepwise.image.Paint;

/** The canvas as the painters of a face use it: filled shapes with a line round them, tinted rather than black. */
record Easel(Canvas canvas) {
    /** Width of the lines round shapes. */
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

    /** Fills a shape and draws the line round it. */
    void shape(Outline shape, Paint paint, int line) {
        canvas.fill(shape.border(LINE), line);
        canvas.fill(shape, paint);
    }

    void shape(Outline shape, int rgb, int line) {
        shape(shape, Paint.of(rgb), line);
    }
}
