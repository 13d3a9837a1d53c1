package io.stepwise.data.faces;

import io.stepwise.image.Outline;
import io.stepwise.image.Paint;

/** Paints the bare head: ears, skull and jaw, shading, blush and freckles. */
final class HeadPainter {
    private static final double TOP = 22;
    private static final double CHEEKS = 48;

    private final Face face;
    private final Easel easel;
    private final Skin skin;

    HeadPainter(Face face, Easel easel) {
        this.face = face;
        this.easel = easel;
        skin = new Skin(face.skin());
    }

    /** The contour of skull and jaw. */
    static Outline head(Face face) {
        double w = face.width();
        double j = face.jaw();
        double chin = face.chin();
        double left = 50 - w;
        double right = 50 + w;
        return new Outline()
                .move(50, TOP)
                .cubic(50 + w * 0.62, TOP, right, TOP + 11, right, CHEEKS)
                .cubic(right, CHEEKS + 11, 50 + j, chin, 50, chin)
                .cubic(50 - j, chin, left, CHEEKS + 11, left, CHEEKS)
                .cubic(left, TOP + 11, 50 - w * 0.62, TOP, 50, TOP);
    }

    void paint() {
        ear(-1);
        ear(1);
        Outline head = head(face);
        easel.shape(head, skin.base(), skin.line());
        easel.fillInside(head, Outline.rectangle(0, 0, 100, 100), Paint.glow(42, 42, 26, skin.light(), 0.8));
        Outline shade = new Outline()
                .move(50 + face.width() + 4, 30)
                .through(50 + face.width() - 3, 52, 50 + face.jaw() * 0.7, 67, 50, face.chin() - 1.5)
                .line(50, 90)
                .line(90, 90)
                .line(90, 30);
        easel.fillInside(head, shade, Paint.of(skin.shade(), 0.55));
        if (face.features().blush()) {
            blush(-1);
            blush(1);
        }
        if (face.features().freckles()) {
            freckles();
        }
    }

    private void ear(int side) {
        double x = 50 + side * (face.width() + 0.6);
        easel.shape(Outline.ellipse(x, 52, 3.6, 5.2), skin.base(), skin.line());
        easel.fill(Outline.ellipse(x + side * 0.3, 52.3, 1.9, 3.1), skin.shade());
        if (face.features().earrings()) {
            easel.shape(Outline.circle(x + side * 0.8, 58.6, 1.5), 0xf4d35e, 0x9a7420);
        }
    }

    private void blush(int side) {
        double x = 50 + face.turn() + side * 13;
        int skinRed = face.skin() >> 16;
        double strength = Math.max(0.3, Math.min(0.75, (skinRed - 70) / 220.0));
        easel.fillInside(
                head(face),
                Outline.ellipse(x, 59.5, 5.5, 4),
                Paint.glow(x, 59.5, 5.5, Paint.mix(face.skin(), 0xe8474f, 0.55), strength));
    }

    private void freckles() {
        Outline spots = new Outline();
        double[] at = {9, 57.2, 12, 58.6, 15, 57.3, 10.6, 60.2, 13.8, 60.5};
        for (int i = 0; i < at.length; i += 2) {
            spots.add(Outline.circle(50 + face.turn() + at[i], at[i + 1], 0.6));
            spots.add(Outline.circle(50 + face.turn() - at[i], at[i + 1], 0.6));
        }
        easel.fill(spots, Paint.of(skin.line(), 0.45));
    }
}
