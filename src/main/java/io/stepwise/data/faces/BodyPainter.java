package io.stepwise.data.faces;

import io.stepwise.image.Outline;
import io.stepwise.image.Paint;

/** Paints neck, shoulders and clothes. */
final class BodyPainter {
    private final Face.Outfit outfit;
    private final Easel easel;
    private final Skin skin;
    private final double chin;
    private final int line;

    BodyPainter(Face face, Easel easel) {
        outfit = face.outfit();
        this.easel = easel;
        skin = new Skin(face.skin());
        chin = face.chin();
        line = Paint.mix(outfit.colour(), 0x14101c, 0.6);
    }

    void paint() {
        if (outfit.neckline() == Face.Neckline.HOOD) {
            easel.shape(Outline.blob(50, 71, 66, 75, 72, 84, 62, 95, 38, 95, 28, 84, 34, 75), shade(), line);
        }
        neck();
        Outline torso = torso();
        easel.shape(torso, outfit.colour(), line);
        if (outfit.stripes()) {
            for (double y = 91; y < 160; y += 7) {
                easel.fillInside(torso, Outline.rectangle(-20, y, 120, y + 3), Paint.of(outfit.accent()));
            }
        }
        Outline side = new Outline()
                .move(70, 80)
                .through(72, 92, 70, 110)
                .line(130, 110)
                .line(130, 80);
        easel.fillInside(torso, side, Paint.of(line, 0.22));
        neckline();
    }

    private void neck() {
        Outline neck = new Outline()
                .move(42.6, 62)
                .line(42.6, 79)
                .through(41, 82.5, 36, 85)
                .line(50, 96)
                .line(64, 85)
                .through(59, 82.5, 57.4, 79)
                .line(57.4, 62);
        easel.shape(neck, skin.base(), skin.line());
        Outline shadow = Outline.ellipse(51, chin - 1, 13, 6.5);
        easel.fillInside(neck, shadow, Paint.of(skin.shade()));
    }

    private Outline torso() {
        Outline torso = new Outline().move(36.5, 83.5);
        switch (outfit.neckline()) {
            case VEE -> torso.line(50, 98).line(63.5, 83.5);
            case TURTLE -> torso.through(50, 85, 63.5, 83.5);
            default -> torso.through(42, 90.2, 50, 92, 58, 90.2, 63.5, 83.5);
        }
        return torso.through(74, 87.5, 82, 92.5, 86.5, 104, 87, 160)
                .line(13, 160)
                .through(13.5, 104, 18, 92.5, 26, 87.5, 36.5, 83.5);
    }

    private int shade() {
        return Paint.mix(outfit.colour(), 0x14101c, 0.25);
    }

    private void neckline() {
        int light = Paint.mix(outfit.colour(), 0xffffff, 0.25);
        switch (outfit.neckline()) {
            case CREW ->
                easel.shape(
                        Outline.curve(36.8, 84, 42.2, 90.3, 50, 92.2, 57.8, 90.3, 63.2, 84)
                                .stroked(2.2),
                        light,
                        line);
            case VEE ->
                easel.shape(
                        new Outline().move(36.8, 84).line(50, 98).line(63.2, 84).stroked(2), light, line);
            case TURTLE -> {
                Outline roll = Outline.roundRectangle(40, 77.5, 60, 87, 3);
                easel.shape(roll, light, line);
                easel.fill(Outline.curve(41.5, 82.5, 50, 83.6, 58.5, 82.5).stroked(0.8), Paint.of(line, 0.6));
            }
            case COLLAR -> {
                collar(1);
                collar(-1);
            }
            case HOOD -> {
                easel.fill(Outline.curve(44.5, 91, 44.8, 98).stroked(1.1), Paint.mix(light, 0xffffff, 0.5));
                easel.fill(Outline.curve(55.5, 91, 55.2, 98).stroked(1.1), Paint.mix(light, 0xffffff, 0.5));
            }
        }
    }

    private void collar(int side) {
        Outline wing = new Outline()
                .move(50, 91.5)
                .line(50 + side * 12.5, 81.5)
                .line(50 + side * 16.5, 87)
                .line(50 + side * 7.5, 97);
        easel.shape(wing, Paint.mix(outfit.accent(), 0xffffff, 0.55), line);
    }
}
