package io.stepwise.image;

import java.awt.Color;
import java.util.Locale;

/** The colours of plots on a light background, and their replacements on a dark one. */
enum PlotColours {
    CARD(0xffffff, 0x16181d),
    INK(0x33343c, 0xe6e8eb),
    SOFT_INK(0x6b6d78, 0x9aa4af),
    GRID(0xe4e5ea, 0x2b3038),
    BLUE(0x2f6fb5, 0x6ea8e6),
    ORANGE(0xe0782a, 0xf2a065),
    GREEN(0x3f9b58, 0x6fc78a),
    RED(0xc8453f, 0xee7f78),
    PURPLE(0x8463b8, 0xb196ea),
    BROWN(0x8a5a3c, 0xc39a7c),
    PINK(0xd26ab0, 0xe693c6),
    GREY(0x6c7480, 0xa6afba),
    OLIVE(0xaaa832, 0xcfcd62),
    TEAL(0x2fa9b8, 0x62ccd9);

    private final int light;
    private final int dark;

    PlotColours(int light, int dark) {
        this.light = light;
        this.dark = dark;
    }

    /** The colour of line number {@code i}, counted from 0; the colours repeat. */
    static PlotColours ofLine(int i) {
        return values()[BLUE.ordinal() + i % (values().length - BLUE.ordinal())];
    }

    Color light() {
        return new Color(light);
    }

    /** The light colour, translucent. */
    Color pale() {
        return new Color(light & 0xffffff | 0x50 << 24, true);
    }

    /**
     * Style rules for a drawing that Batik made in the light colours. They replace the colours if the viewer prefers a
     * dark page.
     */
    static String darkStyle() {
        StringBuilder rules = new StringBuilder("@media (prefers-color-scheme: dark) {\n");
        for (PlotColours colour : values()) {
            String name = colour == CARD
                    ? "white"
                    : "rgb(" + (colour.light >> 16) + "," + (colour.light >> 8 & 0xff) + "," + (colour.light & 0xff)
                            + ")";
            for (String part : new String[] {"fill", "stroke"}) {
                rules.append(String.format(Locale.ROOT, "[%s=\"%s\"] { %s: #%06x }%n", part, name, part, colour.dark));
            }
        }
        return rules.append("}\n").toString();
    }
}
