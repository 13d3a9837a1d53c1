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
 * The letters of plots and sheets: Liberation Sans, which comes with the program, so that pictures look the same on every
 * machine, also on one without fonts.
 */
final class Typeface {
    static final Font REGULAR;
    static final Font BOLD;

    private static final String FOLDER = "/com/mpobjects/jasperreports/fonts/liberation/LiberationSans-";

    /** Read by the JDK when it needs its first font: without it, a machine that has no fonts can't load ours either. */
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
