package io.stepwise.data.faces;

import io.stepwise.image.Outline;

/** Thin lines in the front hair that show which way it is combed. */
record Strands(Face face) {
    Outline outline() {
        Outline lines = new Outline();
        for (double[] curve : curves()) {
            lines.add(Outline.curve(curve).brushed(0.3, 0.9, 0.3));
        }
        return lines;
    }

    private double[][] curves() {
        return switch (face.fringe()) {
            case SWEPT -> swept();
            case STRAIGHT -> straight();
            case CURTAIN -> curtain();
            case CHOPPY -> choppy();
            case UP -> up();
            case QUIFF -> quiff();
            case CURLS -> curls();
        };
    }

    private double left() {
        return 50 - face.width();
    }

    private double right() {
        return 50 + face.width();
    }

    private double[][] swept() {
        return new double[][] {
            {39, 26, 50, 31, 61, 35, right() - 5, 41},
            {40, 23.5, 54, 27, 64, 32.5, right() - 2.5, 42},
            {37.5, 27, 35, 33, left() + 5, 38}
        };
    }

    private double[][] straight() {
        return new double[][] {
            {44, 26, 42, 33, 41.2, 40},
            {56, 26, 57, 33, 56.8, 40},
            {62, 28, 65, 34, 65.5, 40},
            {37, 29, 34.8, 35, 34.5, 40}
        };
    }

    private double[][] curtain() {
        return new double[][] {
            {50, 18.2, 50.3, 22, 50, 27},
            {52, 25, 60, 31, right() - 4, 39},
            {48, 25, 40, 31, left() + 4, 39}
        };
    }

    private double[][] choppy() {
        return new double[][] {{47.5, 35, 48, 30, 50, 26}, {58, 35, 57.5, 30, 56, 27}, {37.5, 35.5, 39, 31, 42, 28}};
    }

    private double[][] up() {
        return new double[][] {
            {40, 30, 43, 25, 46, 21},
            {50, 28, 50.3, 24, 50.5, 20},
            {60, 30, 57.5, 25, 55, 21},
            {left() + 5, 35, 36, 28, 40, 23}
        };
    }

    private double[][] quiff() {
        return new double[][] {
            {38, 30, 41, 21, 52, 15, 64, 13},
            {47, 28.6, 50, 22, 58, 18, 66, 17},
            {57, 29, 60, 24, 67, 21.5}
        };
    }

    private double[][] curls() {
        return new double[][] {
            {35, 33, 36.5, 29.5, 39.5, 30, 39.5, 33},
            {47, 27, 48.5, 23.5, 51.5, 24, 51.5, 27},
            {60, 32, 61.5, 28.5, 64.5, 29, 64.5, 32}
        };
    }
}
