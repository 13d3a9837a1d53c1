package io.stepwise.data.faces;

import io.stepwise.image.Canvas;
import io.stepwise.image.Outline;
import io.stepwise.image.Paint;
import io.stepwise.image.Pixels;
import java.awt.geom.AffineTransform;

/**
 * Paints a {@link Face} from back to front: backdrop, back hair, body, head, features, front hair. The painter is our
 * own code because no library draws these faces.
 */
final class FacePainter {
    /** The picture is painted at least this wide and then averaged down. */
    private static final int PAINTED_SIZE = 128;

    private static final double NECK_X = 50;
    private static final double NECK_Y = 76;

    private final Face face;
    private final Easel easel;
    private final AffineTransform page;

    private FacePainter(Face face, int width, int height) {
        this.face = face;
        int side = Math.min(width, height);
        int oversampling = Math.max(2, Math.min(8, (PAINTED_SIZE + side - 1) / side));
        easel = new Easel(new Canvas(width, height, oversampling));
        double scale = side / 100.0;
        page = new AffineTransform(scale, 0, 0, scale, (width - side) / 2.0, height - side);
    }

    /** Paints the face at the given size; a picture that is not square shows more of the backdrop. */
    static Pixels paint(Face face, int width, int height) {
        return new FacePainter(face, width, height).paint();
    }

    private Pixels paint() {
        backdrop();
        AffineTransform figure = figure();
        AffineTransform head = new AffineTransform(figure);
        head.rotate(face.tilt(), NECK_X, NECK_Y);
        HairPainter hair = new HairPainter(face, easel);
        easel.canvas().transform(head);
        hair.behind();
        easel.canvas().transform(figure);
        new BodyPainter(face, easel).paint();
        easel.canvas().transform(head);
        hair.overShoulders();
        new HeadPainter(face, easel).paint();
        hair.shadow();
        new FeaturePainter(face, easel).paint();
        hair.inFront();
        return easel.canvas().toPixels();
    }

    /** Maps the figure's coordinates to pixels: mirrors, scales about the neck and shifts. */
    private AffineTransform figure() {
        AffineTransform figure = new AffineTransform(page);
        figure.translate(NECK_X + face.dx(), 60 + face.dy() + headroom());
        figure.scale(face.mirrored() ? -face.size() : face.size(), face.size());
        figure.translate(-NECK_X, -60);
        return figure;
    }

    /** Moves the figure down if the hair is tall, so that the hair stays in the picture. */
    private double headroom() {
        if (face.fringe() == Face.Fringe.QUIFF) {
            return 2;
        }
        return switch (face.style()) {
            case BUN, SPIKY -> 4.5;
            case SPACE_BUNS -> 2.5;
            default -> 0;
        };
    }

    private void backdrop() {
        Face.Backdrop backdrop = face.backdrop();
        easel.canvas().transform(page);
        Outline all = Outline.rectangle(-1000, -1000, 1100, 1100);
        easel.fill(all, Paint.vertical(0, backdrop.upper(), 100, backdrop.lower()));
        if (backdrop.disc()) {
            easel.fill(Outline.circle(50, 52, 42), Paint.of(Paint.mix(backdrop.upper(), 0xffffff, 0.35), 0.8));
        } else {
            easel.fill(all, Paint.glow(34, 26, 70, 0xffffff, 0.3));
        }
    }
}
