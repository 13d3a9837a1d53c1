package io.stepwise.data.store;

import io.stepwise.data.ImageDataset;
import io.stepwise.image.ContactSheet;
import io.stepwise.image.Pixels;
import io.stepwise.image.UnreadableImageException;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.upload.FileNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Draws pictures that are spread evenly over a data set; the same pictures every time. If there are few classes, each
 * has its own rows with its name beside them. If there are many, the pictures follow one another. A red square marks a
 * picture that can't be read.
 *
 * @param dataset square pictures of the requested size
 */
record PreviewSheet(ImageDataset dataset, PreviewRequest request) {
    private static final int WHITE = 0xffffff;
    private static final int RED = 0xd03030;
    private static final int MAX_CAPTIONED = 32;
    private static final int CAPTION_CHARACTERS = 24;

    /**
     * @throws InvalidMessageException if the data set does not have the requested class
     */
    Pixels draw() {
        List<String> labels = dataset.labels();
        if (request.label() != null) {
            int label = labels.indexOf(FileNames.composed(request.label()));
            if (label < 0) {
                throw new InvalidMessageException(
                        "/label",
                        FieldError.quoted(FileNames.shown(request.label())),
                        labels.isEmpty() ? "left out: there are no classes" : "one of " + FileNames.some(labels));
            }
            return flat(spread(byLabel().get(label), request.n()));
        }
        if (labels.isEmpty()) {
            return flat(spread(LongStream.range(0, dataset.size()).toArray(), request.n()));
        }
        int each = request.n() / labels.size();
        return each >= 2 && labels.size() <= MAX_CAPTIONED ? captioned(each) : classByClass(Math.max(1, each));
    }

    private Pixels flat(long[] shown) {
        List<Pixels> cells = new ArrayList<>();
        for (long index : shown) {
            cells.add(cell(index));
        }
        return new ContactSheet((int) Math.ceil(Math.sqrt(cells.size()))).of(cells);
    }

    private Pixels classByClass(int each) {
        List<long[]> classes = byLabel();
        long[] chosen = spread(LongStream.range(0, classes.size()).toArray(), request.n());
        return flat(Arrays.stream(chosen)
                .flatMap(label -> Arrays.stream(spread(classes.get((int) label), each)))
                .toArray());
    }

    private Pixels captioned(int each) {
        int across = Math.min(each, (int) Math.ceil(Math.sqrt(request.n())));
        List<Pixels> cells = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        List<long[]> classes = byLabel();
        for (int label = 0; label < classes.size(); label++) {
            long[] shown = spread(classes.get(label), each);
            for (long index : shown) {
                cells.add(cell(index));
            }
            int blank = Math.floorMod(-shown.length, across);
            cells.addAll(Collections.nCopies(blank, square(WHITE)));
            captions.add(caption(dataset.labels().get(label)));
            captions.addAll(Collections.nCopies((shown.length + blank) / across - 1, ""));
        }
        return new ContactSheet(across, 2, WHITE, List.of(), captions).of(cells);
    }

    private static String caption(String label) {
        return label.length() <= CAPTION_CHARACTERS ? label : label.substring(0, CAPTION_CHARACTERS - 3) + "...";
    }

    /** The images of each class in their order. */
    private List<long[]> byLabel() {
        List<LongStream.Builder> builders = new ArrayList<>();
        dataset.labels().forEach(label -> builders.add(LongStream.builder()));
        for (long i = 0; i < dataset.size(); i++) {
            builders.get(dataset.label(i)).add(i);
        }
        return builders.stream().map(builder -> builder.build().toArray()).toList();
    }

    /** Up to {@code count} evenly spaced elements of {@code all}, including the first. */
    private static long[] spread(long[] all, int count) {
        int taken = Math.min(count, all.length);
        long[] some = new long[taken];
        for (int i = 0; i < taken; i++) {
            some[i] = all[(int) ((long) i * all.length / taken)];
        }
        return some;
    }

    private Pixels cell(long index) {
        try {
            return dataset.get(index).pixels();
        } catch (UnreadableImageException e) {
            return square(RED);
        }
    }

    private Pixels square(int rgb) {
        byte[] data = new byte[request.size() * request.size() * 3];
        for (int i = 0; i < data.length; i += 3) {
            data[i] = (byte) (rgb >> 16);
            data[i + 1] = (byte) (rgb >> 8);
            data[i + 2] = (byte) rgb;
        }
        return new Pixels(request.size(), request.size(), 3, data);
    }
}
