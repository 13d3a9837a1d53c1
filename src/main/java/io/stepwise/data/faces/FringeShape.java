package io.stepwise.data.faces;

import io.stepwise.image.Outline;

/** The shape of the front hair: over the crown from temple to temple, then back along the hair line. */
record FringeShape(Face face) {
    private static final double CROWN = 17.2;

    Outline outline() {
        if (face.fringe() == Face.Fringe.CURLS) {
            return curls();
        }
        double left = 50 - face.width();
        double right = 50 + face.width();
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
}
