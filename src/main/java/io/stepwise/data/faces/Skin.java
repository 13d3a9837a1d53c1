package io.stepwise.data.faces;

import io.stepwise.image.Paint;

/** The tints that belong to a skin colour. */
record Skin(int base) {
    /** The colour of lines on and around the skin. */
    int line() {
        return Paint.mix(base, 0x3a1410, 0.62);
    }

    /** The colour of soft shade, for example under the chin. */
    int shade() {
        return Paint.mix(base, 0x9c3f34, 0.28);
    }

    int light() {
        return Paint.mix(base, 0xfff3e4, 0.3);
    }

    int lips() {
        return Paint.mix(base, 0xb02a3c, 0.55);
    }
}
