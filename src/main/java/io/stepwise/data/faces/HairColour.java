package io.stepwise.data.faces;

import io.stepwise.image.Paint;
import java.util.Locale;

/** Hair colours that are easy to tell apart at 32×32. */
enum HairColour {
    BLACK(0x2b2830, 0x5d5f78, 0x141218),
    BROWN(0x7a4a2a, 0xa9713f, 0x442614),
    BLONDE(0xf2c744, 0xffe894, 0xa87a1c),
    RED(0xd2401e, 0xf27a48, 0x7c1d0c),
    BLUE(0x2f6fdd, 0x73aaff, 0x163a86),
    GREEN(0x3aa653, 0x83d986, 0x1a5c32),
    PINK(0xf06cb4, 0xffabd8, 0xa32f72),
    WHITE(0xeceef4, 0xffffff, 0x858ca2);

    final int base;
    final int light;
    /** The colour of lines and deep shade. */
    final int line;

    HairColour(int base, int light, int line) {
        this.base = base;
        this.light = light;
        this.line = line;
    }

    /** A colour between plain and line, for the side away from the light. */
    int shade() {
        return Paint.mix(base, line, 0.35);
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
