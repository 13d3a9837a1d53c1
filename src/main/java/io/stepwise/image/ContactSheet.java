package io.stepwise.image;

import java.util.List;

/**
 * Many images on one sheet, row by row, with optional captions over the columns and beside the rows.
 *
 * @param columns images per row, at least 1
 * @param margin pixels between images and round them, at least 0
 * @param background sRGB
 * @param columnCaptions one per column, or empty
 * @param rowCaptions one per row, or empty
 */
public record ContactSheet(
        int columns, int margin, int background, List<String> columnCaptions, List<String> rowCaptions) {
    private static final double MAX_LETTERS = 11;
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

    /** White, two pixels between images, no captions. */
    public ContactSheet(int columns) {
        this(columns, 2, 0xffffff, List.of(), List.of());
    }

    /**
     * The sheet, RGB.
     *
     * @param images of one size, at least one; the last row may be incomplete
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
        double letters = Math.max(5, Math.min(MAX_LETTERS, images.get(0).height() / 4.0));
        int left = margin + captionWidth(letters);
        int top = margin + (columnCaptions.isEmpty() ? 0 : (int) Math.ceil(letters * 1.9));
        Pixels sheet = captions(left, top, rows, cellWidth, cellHeight, letters);
        for (int i = 0; i < images.size(); i++) {
            place(images.get(i), sheet, left + i % columns * cellWidth, top + i / columns * cellHeight, images.get(0));
        }
        return sheet;
    }

    private int captionWidth(double letters) {
        double widest = 0;
        for (String caption : rowCaptions) {
            widest = Math.max(widest, Lettering.width(caption, letters) + letters);
        }
        return (int) Math.ceil(widest);
    }

    private Pixels captions(int left, int top, int rows, int cellWidth, int cellHeight, double letters) {
        Canvas canvas = new Canvas(left + columns * cellWidth, top + rows * cellHeight, 1);
        canvas.fill(Outline.rectangle(0, 0, left + columns * cellWidth, top + rows * cellHeight), background);
        int ink = brightness(background) > 128 ? DARK : BRIGHT;
        for (int i = 0; i < columnCaptions.size(); i++) {
            String caption = columnCaptions.get(i);
            double room = cellWidth - margin;
            double natural = Lettering.width(caption, letters);
            double size = natural > room ? letters * room / natural : letters;
            double x = left + i * cellWidth + (room - Lettering.width(caption, size)) / 2;
            canvas.fill(Lettering.shape(caption, x, top - letters * 0.5, size), ink);
        }
        for (int i = 0; i < rowCaptions.size(); i++) {
            String caption = rowCaptions.get(i);
            double x = left - letters * 0.6 - Lettering.width(caption, letters);
            double y = top + i * cellHeight + (cellHeight - margin + letters) / 2;
            canvas.fill(Lettering.shape(caption, x, y, letters), ink);
        }
        return canvas.toPixels();
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
