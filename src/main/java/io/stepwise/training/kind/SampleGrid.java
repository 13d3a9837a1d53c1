package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import io.stepwise.image.ContactSheet;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.model.FlatWeights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images that a network makes by itself, without guidance and always from the same noise, so that the grids of a run can be
 * compared.
 *
 * @param classes how many labels there are; 0 for an unconditional network
 */
record SampleGrid(ImageMaker maker, int classes) {
    private static final long SEED = 0;
    private static final int COLUMNS = 8;
    private static final int COUNT = 32;

    /** The grid as PNG; the label of image i is i modulo the number of labels. */
    byte[] png(NDManager manager, FlatWeights weights) {
        return Png.encode(new ContactSheet(COLUMNS).of(images(manager, weights, COUNT)));
    }

    /** The same grid of the averaged weights, and a row of the weights themselves from the same noise below it. */
    byte[] png(NDManager manager, FlatWeights average, FlatWeights weights) {
        List<Pixels> both = new ArrayList<>(images(manager, average, COUNT));
        both.addAll(images(manager, weights, COLUMNS));
        List<String> captions = new ArrayList<>(Collections.nCopies(COUNT / COLUMNS, "averaged"));
        captions.add("raw");
        return Png.encode(new ContactSheet(COLUMNS, captions).of(both));
    }

    /** {@code count} images; deterministic. */
    List<Pixels> images(NDManager manager, FlatWeights weights, int count) {
        return maker.images(
                manager,
                weights,
                IntStream.range(0, count)
                        .mapToObj(i -> new ImageMaker.Start(SEED, i, classes == 0 ? 0 : i % classes, 1))
                        .toList());
    }
}
