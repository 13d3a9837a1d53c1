package io.stepwise.data.faces;

import io.stepwise.image.Outline;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The shapes of the hair behind the head. */
record HairShape(Face face) {
    private static final double TOP = 22;

    /** Runs of points, one after another. */
    static double[] join(double[]... runs) {
        return Stream.of(runs).flatMapToDouble(DoubleStream::of).toArray();
    }

    private double left() {
        return 50 - face.width();
    }

    private double right() {
        return 50 + face.width();
    }

    /** Hair close to the skull down to height {@code low}. */
    Outline cap(double low) {
        double left = left();
        double right = right();
        double[] down = {50, TOP - 4.5, right - 4, TOP + 2, right + 3, 38, right + 2.6, low - 4, right - 4, low + 3};
        double[] up = {50, low + 4, left + 4, low + 3, left - 2.6, low - 4, left - 3, 38, left + 4, TOP + 2};
        return Outline.blob(join(down, up));
    }

    /** Hair that hangs to height {@code low}. It is {@code wide} away from the cheeks and {@code flare} at the ends. */
    Outline curtain(double low, double wide, double flare) {
        double left = left();
        double right = right();
        return new Outline()
                .move(50, TOP - 5)
                .through(right - 2, TOP + 3, right + 4.5, 40, right + wide, 56, right + flare, low)
                .through(right - 4, low + 2.5, 50, low + 1, left + 4, low + 2.5, left - flare, low)
                .through(left - wide, 56, left - 4.5, 40, left + 2, TOP + 3, 50, TOP - 5);
    }

    Outline wavy() {
        double left = left();
        double right = right();
        double[] down = {right - 2, TOP + 2, right + 5, 38, right + 4, 48, right + 8.5, 58};
        double[] ends = {right + 6, 69, right + 10.5, 80, right + 6, 93};
        double[] up = {left - 10.5, 80, left - 6, 69, left - 8.5, 58, left - 4, 48};
        double[] crown = {left - 5, 38, left + 2, TOP + 2, 50, TOP - 5};
        return new Outline()
                .move(50, TOP - 5)
                .through(join(down, ends))
                .through(60, 97, 40, 97, left - 6, 93)
                .through(join(up, crown));
    }

    Outline cloud() {
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

    Outline spikes() {
        double left = left();
        double right = right();
        double[] leftTips = {left - 9, 47, left - 11, 33, left - 6, 20, 36, 9, 49, 4.5};
        double[] rightTips = {62, 8, right + 4, 17, right + 11, 31, right + 9, 46};
        double[] tips = join(leftTips, rightTips);
        double[] valleys = {
            left - 3, 39, left - 4, 30, left + 3, 21.5, 43, 15, 56, 14, right - 3, 20, right + 3, 29, right + 3.5, 39
        };
        Outline outline = new Outline().move(left + 2, 55).line(tips[0], tips[1]);
        for (int i = 0; i < valleys.length; i += 2) {
            outline.line(valleys[i], valleys[i + 1]).line(tips[i + 2], tips[i + 3]);
        }
        return outline.line(right - 2, 55);
    }
}
