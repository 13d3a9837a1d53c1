package io.stepwise.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the names of the files in a folder or archive say about a data set.
 *
 * <p>PNG, JPEG, GIF and BMP files count, in the order of their names; hidden files and folders do not. Folders that
 * hold everything are skipped. If the files then lie in folders, the first folder is the class; if none does, there are
 * no labels.
 *
 * @param labels class names in alphabetical order, or empty
 * @param pictures at least one
 */
record PictureIndex(List<String> labels, List<Picture> pictures) {
    /** A file, named by its path with {@code /} between the parts, and its label. */
    record Picture(String name, int label) {}

    private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "gif", "bmp");

    /**
     * @param source the data set, for messages
     * @throws InvalidDatasetException when there is no picture, or some lie in class folders and some beside them
     */
    static PictureIndex of(String source, Collection<String> names) {
        List<String> pictures =
                names.stream().filter(PictureIndex::isPicture).sorted().toList();
        if (pictures.isEmpty()) {
            throw new InvalidDatasetException(source + " has no PNG, JPEG, GIF or BMP files");
        }
        int skipped = commonFolder(pictures).length();
        if (pictures.stream().noneMatch(name -> name.indexOf('/', skipped) >= 0)) {
            return new PictureIndex(
                    List.of(),
                    pictures.stream()
                            .map(name -> new Picture(name, LabelledImage.NO_LABEL))
                            .toList());
        }
        return labelled(source, pictures, skipped);
    }

    private static PictureIndex labelled(String source, List<String> pictures, int skipped) {
        TreeSet<String> classes = new TreeSet<>();
        for (String name : pictures) {
            int end = name.indexOf('/', skipped);
            if (end < 0) {
                throw new InvalidDatasetException(source + " has pictures in class folders, but " + name
                        + " lies beside them; it must lie in one as well");
            }
            classes.add(name.substring(skipped, end));
        }
        List<String> labels = List.copyOf(classes);
        List<Picture> indexed = new ArrayList<>(pictures.size());
        for (String name : pictures) {
            indexed.add(new Picture(name, labels.indexOf(name.substring(skipped, name.indexOf('/', skipped)))));
        }
        return new PictureIndex(labels, List.copyOf(indexed));
    }

    private static boolean isPicture(String name) {
        boolean hidden =
                Arrays.stream(name.split("/", -1)).anyMatch(part -> part.startsWith(".") || part.equals("__MACOSX"));
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return !hidden && EXTENSIONS.contains(extension);
    }

    /** The folders, with a {@code /} at the end, that all names begin with. */
    private static String commonFolder(List<String> sorted) {
        String first = sorted.get(0);
        String last = sorted.get(sorted.size() - 1);
        int common = 0;
        for (int i = 0; i < Math.min(first.length(), last.length()) && first.charAt(i) == last.charAt(i); i++) {
            if (first.charAt(i) == '/') {
                common = i + 1;
            }
        }
        return first.substring(0, common);
    }
}
