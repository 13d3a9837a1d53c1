package io.stepwise.data;

import io.stepwise.image.Outline;
import io.stepwise.image.Paint;
import java.awt.geom.AffineTransform;

/** Paints the hair: what lies behind the head, over the shoulders and in front of the face. */
final class HairPainter {
    private static final double TOP = 22;

    private final Face face;
    private final Easel easel;
    private final HairColour hair;
    private final double left;
    private final double right;

    HairPainter(Face face, Easel easel) {
        this.face = face;
        this.easel = easel;
        hair = face.hair();
        left = 50 - face.width();
        right = 50 + face.width();
    }

    /** Everything behind body and head. */
    void behind() {
        switch (face.style()) {
            case SHORT -> back(cap(53));
            case BOB -> back(curtain(72, 7, 3));
            case LONG -> back(curtain(104, 6, 8));
            case WAVY -> back(wavy());
            case CURLY -> curls();
            case BUN -> {
                back(cap(58));
                knot(50, 13.5, 9);
            }
            case SPACE_BUNS -> {
                back(cap(58));
                knot(33, 18.5, 7.6);
                knot(67, 18.5, 7.6);
            }
            case PONYTAIL -> {
                tail(1, 21, 27);
                back(cap(57));
            }
            case PIGTAILS -> {
                tail(1, 23, 50);
                tail(-1, 23, 50);
                back(cap(58));
            }
            case SPIKY -> back(spikes());
        }
    }

    /** Locks that fall in front of the clothes. */
    void overShoulders() {
        if (face.style() == Face.Hairstyle.LONG || face.style() == Face.Hairstyle.WAVY) {
            lock(-1);
            lock(1);
        }
    }

    /** The hair over forehead and crown, with the shadow it throws. */
    void inFront() {
        Outline front = new FringeShape(face).outline();
        easel.fill(front.border(Easel.LINE * 1.15), hair.line);
        easel.fill(front, Paint.vertical(14, Paint.mix(hair.base, hair.light, 0.25), 52, hair.base));
        Outline side = new Outline()
                .move(58, 5)
                .through(62, 26, right - 3.5, 40, right - 3, 60)
                .line(100, 60)
                .line(100, 5);
        easel.fillInside(front, side, Paint.of(hair.shade(), 0.5));
        easel.fillInside(front, FringeShape.strands(face), Paint.of(hair.line, 0.45));
        if (face.fringe() != Face.Fringe.CURLS) {
            shine(front);
        }
    }

    /** The shadow of the fringe on the forehead; painted before the features. */
    void shadow() {
        Outline front = new FringeShape(face).outline().map(AffineTransform.getTranslateInstance(0.6, 2.2));
        easel.fillInside(HeadPainter.head(face), front, Paint.of(new Skin(face.skin()).shade(), 0.85));
    }

    private void shine(Outline front) {
        Outline band = Outline.curve(left + 3.5, 33, 38, 25.5, 47, 23.2).brushed(0.6, 3.2, 0.6);
        easel.fillInside(front, band, Paint.of(hair.light, 0.9));
        easel.fillInside(front, Outline.curve(51, 22.6, 55, 22.9).brushed(1, 2, 0.6), Paint.of(hair.light, 0.9));
    }

    private void back(Outline shape) {
        easel.shape(shape, Paint.vertical(30, hair.shade(), 90, Paint.mix(hair.base, hair.line, 0.5)), hair.line);
    }

    /** Hair close to the skull, down to height {@code low}. */
    private Outline cap(double low) {
        return Outline.blob(
                50,
                TOP - 4.5,
                right - 4,
                TOP + 2,
                right + 3,
                38,
                right + 2.6,
                low - 4,
                right - 4,
                low + 3,
                50,
                low + 4,
                left + 4,
                low + 3,
                left - 2.6,
                low - 4,
                left - 3,
                38,
                left + 4,
                TOP + 2);
    }

    /** Hair that hangs to height {@code low}, standing off the cheeks by {@code wide} and at the ends by {@code flare}. */
    private Outline curtain(double low, double wide, double flare) {
        return new Outline()
                .move(50, TOP - 5)
                .through(right - 2, TOP + 3, right + 4.5, 40, right + wide, 56, right + flare, low)
                .through(right - 4, low + 2.5, 50, low + 1, left + 4, low + 2.5, left - flare, low)
                .through(left - wide, 56, left - 4.5, 40, left + 2, TOP + 3, 50, TOP - 5);
    }

    private Outline wavy() {
        return new Outline()
                .move(50, TOP - 5)
                .through(
                        right - 2,
                        TOP + 2,
                        right + 5,
                        38,
                        right + 4,
                        48,
                        right + 8.5,
                        58,
                        right + 6,
                        69,
                        right + 10.5,
                        80,
                        right + 6,
                        93)
                .through(60, 97, 40, 97, left - 6, 93)
                .through(
                        left - 10.5,
                        80,
                        left - 6,
                        69,
                        left - 8.5,
                        58,
                        left - 4,
                        48,
                        left - 5,
                        38,
                        left + 2,
                        TOP + 2,
                        50,
                        TOP - 5);
    }

    private void curls() {
        Outline cloud = cloud();
        easel.shape(cloud, Paint.vertical(10, hair.base, 70, hair.shade()), hair.line);
        Outline arcs = new Outline();
        double[] at = {left - 3, 34, left - 2, 46, left + 1, 24, 38, 17, 49, 15, 60, 17, right - 1, 24, right + 2, 34};
        for (int i = 0; i < at.length; i += 2) {
            double x = at[i];
            double y = at[i + 1];
            arcs.add(Outline.curve(x - 2.2, y + 1, x - 0.8, y - 1.8, x + 2, y - 1.2, x + 2, y + 1)
                    .brushed(0.4, 1, 0.4));
        }
        easel.fillInside(cloud, arcs, Paint.of(hair.line, 0.5));
        easel.fillInside(cloud, arcs.map(AffineTransform.getTranslateInstance(-0.4, -1.6)), Paint.of(hair.light, 0.55));
    }

    private Outline cloud() {
        Outline cloud = Outline.ellipse(50, 41, face.width() + 8, 25);
        int puffs = 13;
        for (int i = 0; i < puffs; i++) {
            double angle = Math.PI * (0.83 + 1.34 * i / (puffs - 1));
            double x = 50 + (face.width() + 7.5) * StrictMath.cos(angle);
            double y = 42 + 22.5 * StrictMath.sin(angle);
            cloud.add(Outline.circle(x, y, 6.8));
        }
        return cloud;
    }

    private Outline spikes() {
        double[] tips = {
            left - 9,
            47,
            left - 11,
            33,
            left - 6,
            20,
            36,
            9,
            49,
            4.5,
            62,
            8,
            right + 4,
            17,
            right + 11,
            31,
            right + 9,
            46
        };
        double[] valleys = {
            left - 3, 39, left - 4, 30, left + 3, 21.5, 43, 15, 56, 14, right - 3, 20, right + 3, 29, right + 3.5, 39
        };
        Outline outline = new Outline().move(left + 2, 55).line(tips[0], tips[1]);
        for (int i = 0; i < valleys.length; i += 2) {
            outline.line(valleys[i], valleys[i + 1]).line(tips[i + 2], tips[i + 3]);
        }
        return outline.line(right - 2, 55);
    }

    private void knot(double x, double y, double radius) {
        easel.shape(Outline.circle(x, y, radius), hair.base, hair.line);
        Outline knot = Outline.circle(x, y, radius);
        easel.fillInside(knot, Outline.ellipse(x + 3, y + 3, radius, radius), Paint.of(hair.shade(), 0.55));
        easel.fill(
                Outline.curve(
                                x - radius * 0.55,
                                y - radius * 0.1,
                                x - radius * 0.3,
                                y - radius * 0.55,
                                x + radius * 0.2,
                                y - radius * 0.65)
                        .brushed(0.6, 2, 0.6),
                Paint.of(hair.light, 0.9));
        easel.fill(
                Outline.curve(
                                x - radius * 0.4,
                                y + radius * 0.5,
                                x + radius * 0.1,
                                y + radius * 0.1,
                                x + radius * 0.15,
                                y - radius * 0.3)
                        .brushed(0.4, 1, 0.4),
                Paint.of(hair.line, 0.7));
    }

    /** A tail on one side that starts {@code out} beside the middle at height {@code y}. */
    private void tail(int side, double out, double y) {
        double x = 50 + side * out;
        Outline tail = new Outline()
                .move(x - side * 3, y - 3)
                .through(x + side * 8, y - 5, x + side * 15, y + 4, x + side * 15.5, y + 18, x + side * 9, y + 36)
                .through(x + side * 6, y + 26, x + side * 4, y + 14, x - side * 3, y + 6);
        easel.shape(tail, Paint.vertical(y, hair.base, y + 36, hair.shade()), hair.line);
        easel.fill(
                Outline.curve(x + side * 5, y + 1, x + side * 10, y + 8, x + side * 10.5, y + 20)
                        .brushed(0.5, 2.2, 0.4),
                Paint.of(hair.light, 0.8));
        easel.shape(
                Outline.ellipse(x + side * 2, y + 0.5, 2.6, 4), face.outfit().accent(), hair.line);
    }

    private void lock(int side) {
        double x = 50 + side * (face.width() + 1);
        Outline lock = new Outline()
                .move(x + side * 3, 52)
                .through(x + side * 6.5, 64, x + side * 5, 78, x + side * 8, 90, x + side * 3, 106)
                .line(x - side * 3, 106)
                .through(x - side * 3.5, 92, x - side * 5, 80, x - side * 1.5, 66, x - side * 2, 54);
        easel.shape(lock, Paint.vertical(50, hair.shade(), 70, hair.base), hair.line);
        easel.fill(
                Outline.curve(x + side * 2.6, 66, x + side * 1.4, 78, x + side * 3.2, 90)
                        .brushed(0.4, 2, 0.4),
                Paint.of(hair.light, 0.8));
    }
}
