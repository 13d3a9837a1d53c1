package io.stepwise.data.faces;

import io.stepwise.image.Outline;
import io.stepwise.image.Paint;

/** Paints the features: eyes, brows, nose, mouth, beard and glasses. */
final class FeaturePainter {
    private static final double EYES_Y = 51.5;
    private static final double BROWS_Y = 43.2;

    private final Face face;
    private final Face.Features features;
    private final Easel easel;
    private final Skin skin;
    private final double middle;

    FeaturePainter(Face face, Easel easel) {
        this.face = face;
        this.easel = easel;
        features = face.features();
        skin = new Skin(face.skin());
        middle = 50 + face.turn();
    }

    void paint() {
        new MouthPainter(face, easel).paint();
        nose();
        boolean hidden = features.glasses() == Face.Glasses.SUN;
        for (int side = -1; side <= 1; side += 2) {
            if (!hidden) {
                eye(side);
            }
            brow(side);
        }
        glasses();
    }

    private double eyeX(int side) {
        return middle + side * features.eyeGap();
    }

    private void eye(int side) {
        double x = eyeX(side);
        double s = features.eyeSize();
        switch (features.eyes()) {
            case ROUND -> openEye(side, 4 * s, 4.6 * s, 3 * s, 0);
            case BIG -> openEye(side, 4.5 * s, 5.4 * s, 3.8 * s, 0);
            case ALMOND -> openEye(side, 4.8 * s, 3.7 * s, 2.9 * s, 0);
            case SLEEPY -> openEye(side, 4.4 * s, 4.3 * s, 3 * s, 0.36);
            case DOT -> {
                easel.fill(Outline.ellipse(x, EYES_Y, 2.5 * s, 3.3 * s), ink());
                easel.fill(Outline.circle(x - 0.9, EYES_Y - 1.3, 1), 0xffffff);
            }
            case HAPPY ->
                easel.fill(
                        Outline.curve(x - 4.2 * s, EYES_Y + 1.4, x, EYES_Y - 2.6 * s, x + 4.2 * s, EYES_Y + 1.4)
                                .brushed(1.3, 2.1, 1.3),
                        ink());
        }
    }

    /**
     * Paints an eye with white, iris, pupil, highlight and upper lid; the lid covers the share {@code lidded} of it.
     */
    private void openEye(int side, double rx, double ry, double iris, double lidded) {
        double x = eyeX(side);
        double gaze = x + face.turn() * 0.35 - side * 0.3;
        Outline white = Outline.ellipse(x, EYES_Y, rx, ry);
        easel.fill(white.border(0.7), Paint.of(skin.line(), 0.6));
        easel.fill(white, 0xfdfcfa);
        easel.fillInside(white, Outline.circle(gaze, EYES_Y + 0.4, iris), Paint.of(features.iris()));
        easel.fillInside(
                white,
                Outline.ellipse(gaze, EYES_Y + 0.4 + iris * 0.55, iris * 0.75, iris * 0.42),
                Paint.of(Paint.mix(features.iris(), 0xffffff, 0.4), 0.8));
        easel.fillInside(white, Outline.circle(gaze, EYES_Y + 0.4, iris * 0.58), Paint.of(0x15121a));
        double lid = EYES_Y - ry + 2 * ry * lidded;
        if (lidded > 0) {
            Outline cover = Outline.rectangle(x - rx, EYES_Y - ry, x + rx, lid);
            easel.fillInside(white, cover, Paint.of(skin.shade()));
        } else {
            easel.fillInside(white, Outline.ellipse(x, EYES_Y - ry, rx, ry * 0.45), Paint.of(0x5a5a78, 0.28));
        }
        double glint = Math.max(EYES_Y - iris * 0.45, lid + 1);
        easel.fill(Outline.circle(gaze - iris * 0.36, glint, iris * 0.33), 0xffffff);
        easel.fill(Outline.circle(gaze + iris * 0.4, EYES_Y + iris * 0.55, iris * 0.16), Paint.of(0xffffff, 0.8));
        lash(side, x, rx, ry, lidded);
    }

    private void lash(int side, double x, double rx, double ry, double lidded) {
        double outer = x + side * rx * 1.1;
        double inner = x - side * rx * 0.98;
        double top = lidded > 0 ? EYES_Y - ry + 2 * ry * lidded - 0.2 : EYES_Y - ry - 0.1;
        double ends = lidded > 0 ? top + 0.4 : EYES_Y - ry * 0.35;
        double[] inward = {inner, ends, x - side * rx * 0.6, top + ry * 0.18, x, top};
        double[] outward = {x + side * rx * 0.65, top + ry * 0.2, outer, ends};
        Outline line = lidded > 0
                ? Outline.curve(inner, ends, x, top, outer, ends)
                : Outline.curve(HairShape.join(inward, outward));
        easel.fill(line.brushed(0.8, 1.7, 1.5), ink());
    }

    private void brow(int side) {
        double x = eyeX(side);
        double lift = features.eyes() == Face.Eyes.BIG ? -1.2 : 0;
        double inner = BROWS_Y + lift + features.browTilt();
        double outer = BROWS_Y + lift + 0.8 - features.browTilt() * 0.4;
        double arch =
                switch (features.brows()) {
                    case ARCHED -> 1.9;
                    case FLAT -> 0.5;
                    case THICK -> 1.1;
                };
        double thick = features.brows() == Face.Brows.THICK ? 2.5 : 1.6;
        Outline line = Outline.curve(
                x - side * 4, inner, x + side * 0.8, Math.min(inner, outer) - arch, x + side * 4.8, outer + 0.6);
        easel.fill(line.brushed(thick * 0.9, thick, thick * 0.45), browColour());
    }

    private int browColour() {
        HairColour hair = face.hair();
        return hair == HairColour.WHITE ? 0xb4b8c6 : Paint.mix(hair.base, hair.line, 0.6);
    }

    private int ink() {
        return 0x1a1014;
    }

    private void nose() {
        double x = middle + face.turn() * 0.5;
        int line = Paint.mix(face.skin(), skin.line(), 0.8);
        switch (features.nose()) {
            case BUTTON -> {
                easel.fill(Outline.ellipse(x, 58.6, 2.4, 1.8), Paint.of(skin.shade(), 0.9));
                easel.fill(Outline.curve(x - 1.8, 59.7, x, 60.5, x + 1.8, 59.7).brushed(0.5, 0.9, 0.5), line);
                easel.fill(Outline.circle(x - 0.6, 57.9, 0.7), Paint.of(skin.light(), 0.9));
            }
            case LINE ->
                easel.fill(
                        Outline.curve(x + 0.6, 53.5, x + 1.7, 57, x + 2.1, 59, x - 0.6, 60)
                                .brushed(0.4, 1, 0.6),
                        line);
            case WIDE -> {
                easel.fill(Outline.ellipse(x, 58.8, 3.4, 1.9), Paint.of(skin.shade(), 0.9));
                easel.fill(
                        Outline.curve(x - 3.1, 58.9, x - 1.6, 60.3, x, 60, x + 1.6, 60.3, x + 3.1, 58.9)
                                .brushed(0.6, 1, 0.6),
                        line);
            }
        }
    }

    private void glasses() {
        double r = 6.6;
        if (features.glasses() == Face.Glasses.NONE) {
            return;
        }
        int frame = features.glasses() == Face.Glasses.SUN ? 0x24222c : features.frame();
        for (int side = -1; side <= 1; side += 2) {
            double x = eyeX(side);
            Outline rim = features.glasses() == Face.Glasses.ROUND
                    ? Outline.circle(x, EYES_Y, r)
                    : Outline.roundRectangle(x - 7.2, EYES_Y - 5.3, x + 7.2, EYES_Y + 5.4, 2.6);
            boolean dark = features.glasses() == Face.Glasses.SUN;
            easel.fill(rim, dark ? Paint.vertical(46, 0x2b2a3a, 57, 0x5a5870) : Paint.of(0xffffff, 0.03));
            Outline glare =
                    new Outline().move(x - 3, 44).line(x, 44).line(x - 5, 60).line(x - 8, 60);
            easel.fillInside(rim, glare, Paint.of(0xffffff, dark ? 0.28 : 0.2));
            easel.fill(rim.border(1.5), frame);
            double temple = 50 + side * (face.width() - 0.4);
            easel.fill(
                    Outline.curve(x + side * 6.8, EYES_Y - 1.5, temple, EYES_Y - 2.2)
                            .stroked(1.4),
                    frame);
        }
        double bridge = Math.max(features.eyeGap() - 6.8, 1);
        easel.fill(
                Outline.curve(middle - bridge, EYES_Y - 0.8, middle, EYES_Y - 2.2, middle + bridge, EYES_Y - 0.8)
                        .stroked(1.4),
                frame);
    }
}
