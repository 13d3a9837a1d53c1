package io.stepwise.data;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The order of a data set's classes, which numbers them from 0. Classes whose names are all numbers are in the order of
 * those numbers, so class 2 comes before class 10; other classes are in alphabetical order.
 */
public final class ClassOrder {
    private static final Comparator<String> NUMERIC =
            Comparator.comparing((String name) -> new BigInteger(name)).thenComparing(Comparator.naturalOrder());

    private ClassOrder() {}

    /** The names in their order, each once. */
    public static List<String> of(Collection<String> names) {
        return names.stream().distinct().sorted(by(names)).toList();
    }

    /** The order of these names. */
    public static Comparator<String> by(Collection<String> names) {
        return areNumbers(names) ? NUMERIC : Comparator.naturalOrder();
    }

    /** Whether all names are numbers; true of none. */
    public static boolean areNumbers(Collection<String> names) {
        return names.stream().allMatch(name -> name.matches("[0-9]+"));
    }

    /** A data set with its classes in alphabetical order, whatever they are called; closing it closes {@code dataset}. */
    public static ImageDataset alphabetical(ImageDataset dataset) {
        return new Alphabetical(dataset, dataset.labels().stream().sorted().toList());
    }

    private record Alphabetical(ImageDataset dataset, List<String> labels) implements ImageDataset {
        @Override
        public String name() {
            return dataset.name();
        }

        @Override
        public long size() {
            return dataset.size();
        }

        @Override
        public LabelledImage get(long index) {
            LabelledImage image = dataset.get(index);
            return new LabelledImage(image.pixels(), number(image.label()));
        }

        @Override
        public int label(long index) {
            return number(dataset.label(index));
        }

        private int number(int label) {
            return label == LabelledImage.NO_LABEL
                    ? label
                    : labels.indexOf(dataset.labels().get(label));
        }

        @Override
        public String key(long index) {
            return dataset.key(index);
        }

        @Override
        public void close() {
            dataset.close();
        }
    }
}
