package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import io.stepwise.image.ContactSheet;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.model.FlatWeights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Images that a network makes by itself, without guidance and always from the same noise, so that the grids of a run can be
 * compared.
 *
 * @param labels of the classes; empty for an unconditional network
 */
record SampleGrid(ImageMaker maker, List<String> labels) {
    private static final long SEED = 0;
    private static final int COLUMNS = 8;
    private static final int COUNT = 32;
    private static final int GAP = 2;

    /** The keyword of the text in the file that says where the images are. */
    private static final String GRID = "grid";

    /** More labels than this do not fit above the columns. */
    private static final int MOST_LABELS = 12;

    SampleGrid {
        labels = List.copyOf(labels);
    }

    private int columns() {
        return columns(labels.size());
    }

    /** So many that every column has one label, if there are few labels. */
    private static int columns(int classes) {
        return classes == 0 || classes > MOST_LABELS ? COLUMNS : classes * Math.max(1, COLUMNS / classes);
    }

    /** The grid as PNG; the label of image i is i modulo the number of labels, and stands above its column or beside it. */
    byte[] png(NDManager manager, FlatWeights weights) {
        return png(images(manager, weights, rows() * columns()), Collections.nCopies(rows(), ""));
    }

    /** The same grid of the averaged weights, and a row of the weights themselves from the same noise below it. */
    byte[] png(NDManager manager, FlatWeights average, FlatWeights weights) {
        List<Pixels> both = new ArrayList<>(images(manager, average, rows() * columns()));
        both.addAll(images(manager, weights, columns()));
        List<String> kinds = new ArrayList<>(Collections.nCopies(rows(), "averaged"));
        kinds.add("raw");
        return png(both, kinds);
    }

    private int rows() {
        return COUNT / columns();
    }

    private byte[] png(List<Pixels> images, List<String> kinds) {
        boolean above = !labels.isEmpty() && labels.size() <= MOST_LABELS;
        List<String> columnCaptions =
                above ? IntStream.range(0, columns()).mapToObj(this::label).toList() : List.of();
        List<String> rowCaptions = new ArrayList<>();
        for (int row = 0; row < kinds.size(); row++) {
            int first = row * columns() % (rows() * columns()); // the last row begins again
            String range = above || labels.isEmpty() ? "" : label(first) + " … " + label(first + columns() - 1);
            rowCaptions.add((kinds.get(row) + " " + range).strip());
        }
        boolean silent = rowCaptions.stream().allMatch(String::isEmpty);
        ContactSheet sheet =
                new ContactSheet(columns(), GAP, 0xffffff, columnCaptions, silent ? List.of() : rowCaptions);
        return Png.encode(sheet.of(images), Map.of(GRID, layout(sheet, images.get(0), kinds)));
    }

    /** Where the images are, for programs that show one of them. */
    private String layout(ContactSheet sheet, Pixels image, List<String> kinds) {
        ContactSheet.Place place = sheet.place(image.height());
        return String.format(
                Locale.ROOT,
                "{\"columns\": %d, \"rows\": %d, \"raw_rows\": %d, \"left\": %d, \"top\": %d, \"width\": %d,"
                        + " \"height\": %d, \"gap\": %d}",
                columns(),
                kinds.size(),
                kinds.size() - rows(),
                place.left(),
                place.top(),
                image.width(),
                image.height(),
                GAP);
    }

    private String label(int image) {
        return labels.get(image % labels.size());
    }

    /** {@code count} images; deterministic. */
    List<Pixels> images(NDManager manager, FlatWeights weights, int count) {
        return maker.images(
                manager,
                weights,
                IntStream.range(0, count)
                        .mapToObj(i -> new ImageMaker.Start(SEED, i, labels.isEmpty() ? 0 : i % labels.size(), 1))
                        .toList());
    }
}
