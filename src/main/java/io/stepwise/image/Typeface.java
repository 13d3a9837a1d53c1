package io.stepwise.image;

import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The font of plots and sheets: Liberation Sans. It is part of the program, so pictures look the same on every machine,
 * even on one without fonts.
 */
final class Typeface {
    static final Font REGULAR;
    static final Font BOLD;

    private static final String FOLDER = "/com/mpobjects/jasperreports/fonts/liberation/LiberationSans-";

    /**
     * The JDK reads this file when it needs its first font. Without it, a machine without fonts can't load our font
     * either.
     */
    private static final String CONFIGURATION = "sun.awt.fontconfig";

    static {
        System.setProperty("java.awt.headless", "true");
        try {
            boolean isOurs = System.getProperty(CONFIGURATION) == null;
            Path configuration = Files.createTempFile("stepwise-fonts", ".properties");
            if (isOurs) {
                Files.writeString(configuration, "version=1\nsequence.allfonts=default\n");
                System.setProperty(CONFIGURATION, configuration.toString());
            }
            REGULAR = load("Regular");
            BOLD = load("Bold");
            Files.delete(configuration);
        } catch (IOException e) {
            throw new UncheckedIOException("the letters of plots can't be read", e);
        }
    }

    private Typeface() {}

    private static Font load(String style) throws IOException {
        try (InputStream file =
                Objects.requireNonNull(Typeface.class.getResourceAsStream(FOLDER + style + ".ttf"), style)) {
            return Font.createFont(Font.TRUETYPE_FONT, file);
        } catch (FontFormatException e) {
            throw new IOException(e);
        }
    }
}
