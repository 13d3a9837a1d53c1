package io.stepwise.data.faces;

import io.stepwise.image.Outline;

/** The shape of the front hair: over the crown from temple to temple, then back along the hair line. */
record FringeShape(Face face) {
    private static final double CROWN = 17.2;

    Outline outline() {
        if (face.fringe() == Face.Fringe.CURLS) {
            return curls();
        }
        double left = left();
        double right = right();
        double temple = temple();
        Outline crown = new Outline().move(left - 1, temple);
        if (face.fringe() == Face.Fringe.QUIFF) {
            crown.through(left - 2.6, 41, left - 1.6, 31, left + 2.5, 24)
                    .through(left + 5, 16.5, 43, 11, 55, 10.2, 63, 8.2, right - 1, 11.5)
                    .through(right + 0.5, 16, right + 1, 22, right + 2.6, 32, right + 2.6, 42, right + 1, temple);
        } else {
            double[] up = {left - 3, 41, left - 1.5, 30, left + 6, 21.4, 50, CROWN};
            double[] down = {right - 6, 21.4, right + 1.5, 30, right + 3, 41, right + 1, temple};
            crown.through(HairShape.join(up, down));
        }
        return hairline(crown, left, right, temple);
    }

    /** How far down the hair goes beside the face. */
    private double temple() {
        return switch (face.style()) {
            case SHORT, SPIKY -> 50;
            case BOB -> 66;
            case LONG, WAVY -> 62;
            default -> 53;
        };
    }

    private Outline hairline(Outline crown, double left, double right, double temple) {
        double inset = temple > 55 ? 3.4 : 2.2;
        crown.line(right - inset + 1, temple + 1);
        switch (face.fringe()) {
            case SWEPT ->
                crown.through(right - inset - 0.8, 46, right - 6, 39.5, 52, 34, 39, 27.5)
                        .through(35, 34, left + 5.5, 39.5, left + inset, 47);
            case STRAIGHT -> straight(crown, left, right, inset);
            case CURTAIN ->
                crown.through(right - inset - 0.6, 50, right - 5.2, 42, 58, 34.5, 50, 26.5)
                        .through(42, 34.5, left + 5.2, 42, left + inset + 0.6, 50);
            case CHOPPY -> choppy(crown, left, right, inset);
            default ->
                crown.through(right - inset, 45, right - 4.5, 36, 60, 30, 50, 28.4, 40, 30, left + 4.5, 36)
                        .through(left + inset, 45);
        }
        return crown.line(left + inset - 1, temple + 1);
    }

    private static void straight(Outline crown, double left, double right, double inset) {
        crown.through(right - inset - 0.4, 48, right - 4, 41)
                .through(61, 42.4, 57.5, 41.2)
                .line(56.4, 39.4)
                .through(54, 42.2, 44, 42.2, 41.5, 41)
                .line(40.6, 39.2)
                .through(39, 41.8, 36, 42, left + 4, 41)
                .through(left + inset + 0.4, 48);
    }

    private static void choppy(Outline crown, double left, double right, double inset) {
        crown.through(right - inset, 45)
                .line(right - 5.5, 36)
                .line(62, 42.5)
                .line(58, 35)
                .line(51, 42.8)
                .line(47.5, 35)
                .line(40, 42.4)
                .line(37.5, 35.5)
                .line(left + 4, 42.5)
                .through(left + inset, 46);
    }

    private Outline curls() {
        double w = face.width();
        Outline cloud = new Outline();
        int puffs = 8;
        for (int i = 0; i < puffs; i++) {
            double angle = Math.PI * (1.0 + (double) i / (puffs - 1));
            double x = 50 + (w - 1) * StrictMath.cos(angle);
            double y = 41 + 12.5 * StrictMath.sin(angle);
            cloud.add(Outline.circle(x, y, 6.2 + i % 2));
        }
        return cloud.add(Outline.ellipse(50, 25, w - 3, 8));
    }

    /** Thin lines that show which way it is combed. */
    Outline strands() {
        Outline lines = new Outline();
        for (double[] curve : curves()) {
            lines.add(Outline.curve(curve).brushed(0.3, 0.9, 0.3));
        }
        return lines;
    }

    private double[][] curves() {
        return switch (face.fringe()) {
            case SWEPT -> sweptStrands();
            case STRAIGHT -> straightStrands();
            case CURTAIN -> curtainStrands();
            case CHOPPY -> choppyStrands();
            case UP -> upStrands();
            case QUIFF -> quiffStrands();
            case CURLS -> curlsStrands();
        };
    }

    private double left() {
        return 50 - face.width();
    }

    private double right() {
        return 50 + face.width();
    }

    private double[][] sweptStrands() {
        return new double[][] {
            {39, 26, 50, 31, 61, 35, right() - 5, 41},
            {40, 23.5, 54, 27, 64, 32.5, right() - 2.5, 42},
            {37.5, 27, 35, 33, left() + 5, 38}
        };
    }

    private double[][] straightStrands() {
        return new double[][] {
            {44, 26, 42, 33, 41.2, 40},
            {56, 26, 57, 33, 56.8, 40},
            {62, 28, 65, 34, 65.5, 40},
            {37, 29, 34.8, 35, 34.5, 40}
        };
    }

    private double[][] curtainStrands() {
        return new double[][] {
            {50, 18.2, 50.3, 22, 50, 27},
            {52, 25, 60, 31, right() - 4, 39},
            {48, 25, 40, 31, left() + 4, 39}
        };
    }

    private double[][] choppyStrands() {
        return new double[][] {{47.5, 35, 48, 30, 50, 26}, {58, 35, 57.5, 30, 56, 27}, {37.5, 35.5, 39, 31, 42, 28}};
    }

    private double[][] upStrands() {
        return new double[][] {
            {40, 30, 43, 25, 46, 21},
            {50, 28, 50.3, 24, 50.5, 20},
            {60, 30, 57.5, 25, 55, 21},
            {left() + 5, 35, 36, 28, 40, 23}
        };
    }

    private double[][] quiffStrands() {
        return new double[][] {
            {38, 30, 41, 21, 52, 15, 64, 13},
            {47, 28.6, 50, 22, 58, 18, 66, 17},
            {57, 29, 60, 24, 67, 21.5}
        };
    }

    private double[][] curlsStrands() {
        return new double[][] {
            {35, 33, 36.5, 29.5, 39.5, 30, 39.5, 33},
            {47, 27, 48.5, 23.5, 51.5, 24, 51.5, 27},
            {60, 32, 61.5, 28.5, 64.5, 29, 64.5, 32}
        };
    }
}
