package io.stepwise.data.faces;

import io.stepwise.image.Paint;

/** The tints that go with a skin colour. */
record Skin(int base) {
    /** Lines on and round the skin. */
    int line() {
        return Paint.mix(base, 0x3a1410, 0.62);
    }

    /** Soft shade, such as under the chin. */
    int shade() {
        return Paint.mix(base, 0x9c3f34, 0.28);
    }

    /** Where light falls. */
    int light() {
        return Paint.mix(base, 0xfff3e4, 0.3);
    }

    int lips() {
        return Paint.mix(base, 0xb02a3c, 0.55);
    }
}
