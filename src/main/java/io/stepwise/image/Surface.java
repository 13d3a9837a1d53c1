package io.stepwise.image;

import java.awt.geom.AffineTransform;

/** What outlines are filled on: the pixels of a {@link Canvas} or the paths of an {@link SvgDrawing}. */
interface Surface {
    /** Sets the map from drawing coordinates to those of the result, for what is filled from now on. */
    Surface transform(AffineTransform toResult);

    Surface fill(Outline outline, Paint paint);

    /** Fills the part of {@code outline} that lies inside {@code inside}. */
    Surface fill(Outline outline, Paint paint, Outline inside);

    /** Fills with a colour, {@code 0xRRGGBB}. */
    default Surface fill(Outline outline, int rgb) {
        return fill(outline, Paint.of(rgb));
    }
}
