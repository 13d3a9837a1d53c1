package io.stepwise.image;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Many images on one sheet, row by row, with optional captions above the columns and beside the rows.
 *
 * @param columns images per row, at least 1
 * @param margin pixels between and around the images, at least 0
 * @param background sRGB
 * @param columnCaptions one per column, or empty
 * @param rowCaptions one per row, or empty
 */
public record ContactSheet(
        int columns, int margin, int background, List<String> columnCaptions, List<String> rowCaptions) {
    private static final float SMALLEST = 8;
    private static final float LARGEST = 15;
    /** The height of capital letters as a share of the font size. */
    private static final float CAPITALS = .72f;

    private static final FontRenderContext SMOOTH = new FontRenderContext(null, true, true);
    private static final int DARK = 0x30303a;
    private static final int BRIGHT = 0xf2f2f4;

    public ContactSheet {
        if (columns < 1) {
            throw new IllegalArgumentException("columns " + columns + " must be at least 1");
        }
        if (margin < 0) {
            throw new IllegalArgumentException("margin " + margin + " must be at least 0");
        }
        if (!columnCaptions.isEmpty() && columnCaptions.size() != columns) {
            throw new IllegalArgumentException(
                    "columnCaptions has " + columnCaptions.size() + " entries, must have 0 or " + columns);
        }
        columnCaptions = List.copyOf(columnCaptions);
        rowCaptions = List.copyOf(rowCaptions);
    }

    /** A white sheet with two pixels between images and no captions. */
    public ContactSheet(int columns) {
        this(columns, List.of());
    }

    /** The same with captions beside the rows. */
    public ContactSheet(int columns, List<String> rowCaptions) {
        this(columns, 2, 0xffffff, List.of(), rowCaptions);
    }

    /**
     * Where the images of a sheet are, in pixels.
     *
     * @param left of the first image
     * @param top of the first image
     */
    public record Place(int left, int top) {}

    /** Where the images of the sheet are, if they have that height. */
    public Place place(int height) {
        Font font = font(height);
        int above = columnCaptions.isEmpty() ? 0 : (int) Math.ceil(font.getSize2D() * 1.4);
        return new Place(margin + captionWidth(font), margin + above);
    }

    private static Font font(int height) {
        return Typeface.REGULAR.deriveFont(Math.max(SMALLEST, Math.min(LARGEST, height / 3f)));
    }

    /**
     * @param images at least one image, all of one size; the last row may be incomplete
     */
    public Pixels of(List<Pixels> images) {
        int rows = (images.size() + columns - 1) / columns;
        if (images.isEmpty() || (!rowCaptions.isEmpty() && rowCaptions.size() != rows)) {
            throw new IllegalArgumentException(
                    "images has " + images.size() + " entries, must have at least 1, and rowCaptions "
                            + rowCaptions.size() + ", must have 0 or " + rows);
        }
        int cellWidth = images.get(0).width() + margin;
        int cellHeight = images.get(0).height() + margin;
        Place first = place(images.get(0).height());
        int left = first.left();
        int top = first.top();
        Pixels sheet = captions(
                left, top, rows, cellWidth, cellHeight, font(images.get(0).height()));
        for (int i = 0; i < images.size(); i++) {
            place(images.get(i), sheet, left + i % columns * cellWidth, top + i / columns * cellHeight, images.get(0));
        }
        return sheet;
    }

    private int captionWidth(Font font) {
        double widest = 0;
        for (String caption : rowCaptions) {
            widest = Math.max(widest, width(caption, font) + font.getSize2D());
        }
        return (int) Math.ceil(widest);
    }

    private static double width(String caption, Font font) {
        return font.getStringBounds(caption, SMOOTH).getWidth();
    }

    private Pixels captions(int left, int top, int rows, int cellWidth, int cellHeight, Font font) {
        BufferedImage image =
                new BufferedImage(left + columns * cellWidth, top + rows * cellHeight, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setColor(new Color(background));
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setColor(new Color(brightness(background) > 128 ? DARK : BRIGHT));
        float capitals = font.getSize2D() * CAPITALS;
        for (int i = 0; i < columnCaptions.size(); i++) {
            double room = cellWidth - margin;
            double natural = width(columnCaptions.get(i), font);
            Font fitting = natural > room ? font.deriveFont((float) (font.getSize2D() * room / natural)) : font;
            graphics.setFont(fitting);
            double x = left + i * cellWidth + (room - width(columnCaptions.get(i), fitting)) / 2;
            graphics.drawString(columnCaptions.get(i), (float) x, top - capitals / 2);
        }
        graphics.setFont(font);
        for (int i = 0; i < rowCaptions.size(); i++) {
            double x = left - font.getSize2D() * .5 - width(rowCaptions.get(i), font);
            float y = top + i * cellHeight + (cellHeight - margin + capitals) / 2;
            graphics.drawString(rowCaptions.get(i), (float) x, y);
        }
        graphics.dispose();
        return PixelSamples.of(image);
    }

    private static int brightness(int rgb) {
        return ((rgb >> 16 & 0xff) * 3 + (rgb >> 8 & 0xff) * 6 + (rgb & 0xff)) / 10;
    }

    private static void place(Pixels image, Pixels sheet, int x, int y, Pixels first) {
        if (image.width() != first.width() || image.height() != first.height()) {
            throw new IllegalArgumentException("images must have one size: " + image + " and " + first);
        }
        byte[] rgb = image.withChannels(3).data();
        for (int row = 0; row < image.height(); row++) {
            int to = ((y + row) * sheet.width() + x) * 3;
            System.arraycopy(rgb, row * image.width() * 3, sheet.data(), to, image.width() * 3);
        }
    }
}
