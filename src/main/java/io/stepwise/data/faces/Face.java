package io.stepwise.data.faces;

import io.stepwise.data.Dice;
import java.util.Locale;

/**
 * The parameters of one cartoon face, drawn at random from its index. Lengths are in a square of side 100 with y
 * downwards.
 *
 * @param hair colour of the hair; it and the style are the class label
 * @param style of the hair
 * @param skin sRGB
 * @param width half-width of the head at the cheeks
 * @param jaw half-width at the jaw
 * @param chin height of the chin's lowest point
 * @param turn sideways shift of the features, negative when looking left
 * @param tilt rotation of the head in radians
 * @param size scale of the whole figure
 * @param dx sideways shift of the figure
 * @param dy downward shift of the figure
 * @param mirrored whether the figure is mirrored (parting, tails)
 */
record Face(
        HairColour hair,
        Hairstyle style,
        Fringe fringe,
        int skin,
        double width,
        double jaw,
        double chin,
        double turn,
        double tilt,
        double size,
        double dx,
        double dy,
        boolean mirrored,
        Features features,
        Outfit outfit,
        Backdrop backdrop) {

    /** The overall style of the hair. */
    enum Hairstyle {
        SHORT,
        BOB,
        LONG,
        WAVY,
        CURLY,
        BUN,
        SPACE_BUNS,
        PONYTAIL,
        PIGTAILS,
        SPIKY;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        private Fringe[] fringes() {
            return switch (this) {
                case SHORT -> new Fringe[] {Fringe.SWEPT, Fringe.CHOPPY, Fringe.UP, Fringe.QUIFF};
                case BOB -> new Fringe[] {Fringe.STRAIGHT, Fringe.SWEPT, Fringe.CURTAIN, Fringe.CHOPPY};
                case LONG -> new Fringe[] {Fringe.STRAIGHT, Fringe.SWEPT, Fringe.CURTAIN};
                case WAVY -> new Fringe[] {Fringe.SWEPT, Fringe.CURTAIN};
                case CURLY -> new Fringe[] {Fringe.CURLS};
                case BUN -> new Fringe[] {Fringe.UP, Fringe.CURTAIN, Fringe.STRAIGHT};
                case SPACE_BUNS -> new Fringe[] {Fringe.STRAIGHT, Fringe.CURTAIN};
                case PONYTAIL -> new Fringe[] {Fringe.SWEPT, Fringe.UP, Fringe.STRAIGHT};
                case PIGTAILS -> new Fringe[] {Fringe.STRAIGHT, Fringe.CURTAIN, Fringe.CHOPPY};
                case SPIKY -> new Fringe[] {Fringe.CHOPPY};
            };
        }
    }

    /** The hair line over the forehead. */
    enum Fringe {
        SWEPT,
        STRAIGHT,
        CURTAIN,
        CHOPPY,
        UP,
        QUIFF,
        CURLS
    }

    /** Features and extras of the face; sizes are relative to 1. */
    record Features(
            Eyes eyes,
            int iris,
            double eyeSize,
            double eyeGap,
            Brows brows,
            double browTilt,
            Nose nose,
            Mouth mouth,
            double mouthWidth,
            Glasses glasses,
            int frame,
            Beard beard,
            boolean freckles,
            boolean blush,
            boolean earrings) {}

    enum Eyes {
        ROUND,
        ALMOND,
        BIG,
        DOT,
        HAPPY,
        SLEEPY
    }

    enum Brows {
        ARCHED,
        FLAT,
        THICK
    }

    enum Nose {
        BUTTON,
        LINE,
        WIDE
    }

    enum Mouth {
        SMILE,
        GRIN,
        OPEN,
        SMIRK,
        CALM,
        SMALL
    }

    enum Glasses {
        NONE,
        ROUND,
        SQUARE,
        SUN
    }

    enum Beard {
        NONE,
        STUBBLE,
        MOUSTACHE,
        FULL
    }

    record Outfit(Neckline neckline, int colour, int accent, boolean stripes) {}

    enum Neckline {
        CREW,
        VEE,
        COLLAR,
        HOOD,
        TURTLE
    }

    record Backdrop(boolean disc, int upper, int lower) {}

    private static final int[] SKINS = {0xffe0c8, 0xf9d0ae, 0xf0bd92, 0xdda073, 0xc08354, 0x9a6240, 0x824f33, 0x6b432f};
    private static final int[] IRISES = {0x4a2f1d, 0x6b4423, 0x3f7cac, 0x4f9161, 0x6f7d8c, 0x8a6a2f};
    private static final int[] FRAMES = {0x2c2c34, 0x6b3a22, 0x9c2f3f, 0x2f4f7f, 0x8a8d96};
    private static final int[] CLOTHES = {
        0x3c6e8f, 0xc4574e, 0xe0a458, 0x5b8c6e, 0x7d6aa8, 0x2f3e55, 0xd98a94, 0x8fa3b5, 0x9c4f67, 0xf0e4d0, 0x46747c,
        0x6d5a4c
    };
    private static final int[][] BACKDROPS = {
        {0xcfe3ea, 0xa9cbd8}, {0xf3dcc5, 0xe5bf9f}, {0xdcd6ea, 0xbbb2d6}, {0xd4e6d2, 0xafcfb0},
        {0xf0d3d3, 0xdcb0b2}, {0xdfe0d6, 0xbfc2b2}, {0xc9d3de, 0x9fb0c2}, {0xf2e6c8, 0xdccb9f}
    };

    /** Creates face number {@code index}. Hair colours rotate, so any 8 consecutive faces have each colour once. */
    static Face of(long index) {
        Dice dice = dice(index);
        HairColour hair = hair(index);
        Hairstyle style = dice.pick(Hairstyle.values());
        double width = dice.between(19.5, 22.5);
        return new Face(
                hair,
                style,
                dice.pick(style.fringes()),
                dice.pick(SKINS),
                width,
                width * dice.between(0.62, 0.8),
                dice.between(72.5, 76),
                dice.between(-2.2, 2.2),
                dice.between(-0.1, 0.1),
                dice.between(1.06, 1.18),
                dice.between(-2.5, 2.5),
                dice.between(-1.5, 2),
                dice.chance(0.5),
                features(dice, style),
                outfit(dice),
                backdrop(dice));
    }

    /** The number of the class of face {@code index}, without the rest of the face. */
    static int label(long index) {
        return hair(index).ordinal() * Hairstyle.values().length
                + dice(index).pick(Hairstyle.values()).ordinal();
    }

    private static HairColour hair(long index) {
        HairColour[] colours = HairColour.values();
        return colours[(int) Math.floorMod(index, (long) colours.length)];
    }

    private static Dice dice(long index) {
        return new Dice(Dice.combine(0xfaceL, index));
    }

    private static Features features(Dice dice, Hairstyle style) {
        boolean beardless = !(style == Hairstyle.SHORT || style == Hairstyle.SPIKY || style == Hairstyle.CURLY);
        Beard beard = beardless || !dice.chance(0.4) ? Beard.NONE : dice.pick(Beard.values());
        Glasses glasses = dice.chance(0.28) ? dice.pick(Glasses.values()) : Glasses.NONE;
        return new Features(
                dice.pick(Eyes.values()),
                dice.pick(IRISES),
                dice.between(0.92, 1.12),
                dice.between(8.8, 10.2),
                dice.pick(Brows.values()),
                dice.between(-0.9, 1.1),
                dice.pick(Nose.values()),
                dice.pick(Mouth.values()),
                dice.between(0.85, 1.15),
                glasses,
                dice.pick(FRAMES),
                beard,
                dice.chance(0.15),
                dice.chance(0.6),
                beard == Beard.NONE && dice.chance(0.25));
    }

    private static Outfit outfit(Dice dice) {
        int colour = dice.pick(CLOTHES);
        int accent = dice.pick(CLOTHES);
        return new Outfit(dice.pick(Neckline.values()), colour, accent, accent != colour && dice.chance(0.25));
    }

    private static Backdrop backdrop(Dice dice) {
        int[] colours = dice.pick(BACKDROPS);
        return new Backdrop(dice.chance(0.4), colours[0], colours[1]);
    }
}
