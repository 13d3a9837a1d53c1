package io.stepwise.data.faces;

import io.stepwise.image.Outline;
import io.stepwise.image.Paint;
import java.awt.geom.AffineTransform;

/** Paints the hair behind the head, over the shoulders and in front of the face. */
final class HairPainter {
    private final Face face;
    private final Easel easel;
    private final HairColour hair;
    private final HairShape shape;
    private final double left;
    private final double right;

    HairPainter(Face face, Easel easel) {
        this.face = face;
        this.easel = easel;
        hair = face.hair();
        shape = new HairShape(face);
        left = 50 - face.width();
        right = 50 + face.width();
    }

    /** Paints all hair behind body and head. */
    void behind() {
        switch (face.style()) {
            case SHORT -> back(shape.cap(53));
            case BOB -> back(shape.curtain(72, 7, 3));
            case LONG -> back(shape.curtain(104, 6, 8));
            case WAVY -> back(shape.wavy());
            case CURLY -> curls();
            case BUN -> {
                back(shape.cap(58));
                knot(50, 13.5, 9);
            }
            case SPACE_BUNS -> {
                back(shape.cap(58));
                knot(33, 18.5, 7.6);
                knot(67, 18.5, 7.6);
            }
            case PONYTAIL -> {
                tail(1, 21, 27);
                back(shape.cap(57));
            }
            case PIGTAILS -> {
                tail(1, 23, 50);
                tail(-1, 23, 50);
                back(shape.cap(58));
            }
            case SPIKY -> back(shape.spikes());
        }
    }

    /** Paints locks that fall in front of the clothes. */
    void overShoulders() {
        if (face.style() == Face.Hairstyle.LONG || face.style() == Face.Hairstyle.WAVY) {
            lock(-1);
            lock(1);
        }
    }

    /** Paints the hair over forehead and crown. */
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
        easel.fillInside(front, new FringeShape(face).strands(), Paint.of(hair.line, 0.45));
        if (face.fringe() != Face.Fringe.CURLS) {
            shine(front);
        }
    }

    /** Paints the shadow of the fringe on the forehead; call this before the features are painted. */
    void shadow() {
        Outline front = new FringeShape(face).outline().map(AffineTransform.getTranslateInstance(0.6, 2.2));
        easel.fillInside(HeadPainter.head(face), front, Paint.of(new Skin(face.skin()).shade(), 0.85));
    }

    private void shine(Outline front) {
        Outline band = Outline.curve(left + 3.5, 33, 38, 25.5, 47, 23.2).brushed(0.6, 3.2, 0.6);
        easel.fillInside(front, band, Paint.of(hair.light, 0.9));
        easel.fillInside(front, Outline.curve(51, 22.6, 55, 22.9).brushed(1, 2, 0.6), Paint.of(hair.light, 0.9));
    }

    private void back(Outline outline) {
        easel.shape(outline, Paint.vertical(30, hair.shade(), 90, Paint.mix(hair.base, hair.line, 0.5)), hair.line);
    }

    private void curls() {
        Outline cloud = shape.cloud();
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

    private void knot(double x, double y, double r) {
        Outline knot = Outline.circle(x, y, r);
        easel.shape(knot, hair.base, hair.line);
        easel.fillInside(knot, Outline.ellipse(x + 3, y + 3, r, r), Paint.of(hair.shade(), 0.55));
        Outline shine = Outline.curve(x - r * 0.55, y - r * 0.1, x - r * 0.3, y - r * 0.55, x + r * 0.2, y - r * 0.65);
        easel.fill(shine.brushed(0.6, 2, 0.6), Paint.of(hair.light, 0.9));
        Outline twist = Outline.curve(x - r * 0.4, y + r * 0.5, x + r * 0.1, y + r * 0.1, x + r * 0.15, y - r * 0.3);
        easel.fill(twist.brushed(0.4, 1, 0.4), Paint.of(hair.line, 0.7));
    }

    /** Adds a tail on one side; it starts {@code out} from the middle at height {@code y}. */
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
