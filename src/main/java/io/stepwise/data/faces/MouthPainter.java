package io.stepwise.data.faces;

import io.stepwise.image.Outline;
import io.stepwise.image.Paint;

/** Paints mouth and beard. */
final class MouthPainter {
    private static final double MOUTH_Y = 65.2;

    private final Face face;
    private final Easel easel;
    private final Skin skin;
    private final double x;
    private final double half;

    MouthPainter(Face face, Easel easel) {
        this.face = face;
        this.easel = easel;
        skin = new Skin(face.skin());
        x = 50 + face.turn();
        half = 6 * face.features().mouthWidth();
    }

    void paint() {
        beard();
        mouth();
    }

    private void mouth() {
        double y = MOUTH_Y;
        switch (face.features().mouth()) {
            case SMILE -> line(x - half, y - 0.8, x, y + 2.4, x + half, y - 0.8);
            case CALM -> line(x - half * 0.75, y + 0.6, x, y + 1.2, x + half * 0.75, y + 0.6);
            case SMIRK -> line(x - half * 0.7, y + 1.4, x + half * 0.2, y + 1.7, x + half, y - 1.2);
            case SMALL -> {
                easel.fill(Outline.ellipse(x, y + 1.2, 2.3, 1.5), skin.lips());
                line(x - 2.6, y + 0.6, x, y + 1.3, x + 2.6, y + 0.6);
            }
            case GRIN -> open(2.6, false);
            case OPEN -> open(4.6, true);
        }
    }

    private void line(double... xy) {
        easel.fill(Outline.curve(xy).brushed(0.9, 1.5, 0.9), mouthLine());
        double low = xy[3] + 2;
        easel.fill(
                Outline.curve(xy[2] - 1.6, low, xy[2], low + 0.3, xy[2] + 1.6, low)
                        .stroked(0.7),
                Paint.of(skin.shade(), 0.8));
    }

    private void open(double depth, boolean tongue) {
        double y = MOUTH_Y - 1;
        Outline mouth = new Outline()
                .move(x - half, y)
                .quad(x, y + 1.4, x + half, y)
                .cubic(x + half * 0.8, y + depth * 1.5, x - half * 0.8, y + depth * 1.5, x - half, y);
        easel.fill(mouth, 0x7c2430);
        if (tongue) {
            easel.fillInside(mouth, Outline.ellipse(x, y + depth * 1.25, 3.6, 2.2), Paint.of(0xe8747c));
        }
        double teeth = tongue ? 2 : 3.4;
        easel.fillInside(mouth, Outline.rectangle(x - 9, y - 2, x + 9, y + teeth), Paint.of(0xfffdf8));
        easel.fill(mouth.border(1), mouthLine());
    }

    private int mouthLine() {
        return Paint.mix(skin.line(), 0x3a0c16, 0.6);
    }

    private void beard() {
        HairColour hair = face.hair();
        Outline head = HeadPainter.head(face);
        switch (face.features().beard()) {
            case NONE -> {}
            case STUBBLE -> easel.fillInside(head, jaw(), Paint.of(Paint.mix(hair.base, skin.shade(), 0.35), 0.5));
            case FULL -> {
                easel.fillInside(head, jaw(), Paint.of(hair.base));
                moustache(hair);
                easel.fill(
                        Outline.ellipse(x, MOUTH_Y + 0.6, half * 0.8, 2.4),
                        Paint.of(Paint.mix(face.skin(), skin.lips(), 0.4)));
            }
            case MOUSTACHE -> moustache(hair);
        }
    }

    /** The part of the face that a beard covers: everything below a line from ear to ear around the mouth. */
    private Outline jaw() {
        double w = face.width();
        return new Outline()
                .move(50 - w - 2, 52)
                .line(50 - w + 1.8, 52)
                .through(50 - w + 4, 60, x - 9, 62.6, x - 4, 61.6, x, 62.2, x + 4, 61.6, x + 9, 62.6, 50 + w - 4, 60)
                .line(50 + w - 1.8, 52)
                .line(50 + w + 2, 52)
                .line(50 + w + 2, 90)
                .line(50 - w - 2, 90);
    }

    private void moustache(HairColour hair) {
        Outline moustache = new Outline()
                .move(x, 61.6)
                .through(x + 3.6, 60.9, x + 7.2, 63.4, x + 9, 65.2)
                .through(x + 5.6, 65.6, x + 2.4, 64.6, x, 64.2)
                .through(x - 2.4, 64.6, x - 5.6, 65.6, x - 9, 65.2)
                .through(x - 7.2, 63.4, x - 3.6, 60.9, x, 61.6);
        easel.fill(moustache.border(0.6), hair.line);
        easel.fill(moustache, hair.base);
    }
}
