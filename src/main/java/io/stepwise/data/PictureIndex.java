package io.stepwise.data;

import io.stepwise.image.PictureFormat;
import io.stepwise.image.UnreadableImageException;
import io.stepwise.upload.FileNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The pictures and classes of a data set, derived from its file names.
 *
 * <p>Pictures ({@link FileKind}) are listed in the order of their names; hidden files and folders are ignored. If there
 * is a file {@code labels.csv} ({@link LabelsCsv}), it assigns the classes and folders have no meaning; it must be in a
 * folder that contains all pictures. Without this file, folders that contain all pictures are skipped. If the pictures
 * are then in folders, the first folder is the class; otherwise there are no labels.
 *
 * @param labels class names in their {@linkplain ClassOrder order}, or empty
 * @param pictures at least one
 */
public record PictureIndex(List<String> labels, List<Picture> pictures) {
    /** A file and its label. The name of the file is its path with {@code /} between the parts. */
    public record Picture(String name, int label) {}

    /** Folders called so are parts of a data set, and not its classes. */
    private static final Set<String> SPLITS = Set.of(
            "train",
            "training",
            "trainval",
            "test",
            "testing",
            "val",
            "valid",
            "validation",
            "dev",
            "eval",
            "unlabeled",
            "extra");

    /**
     * @param source name of the data set for messages
     * @param files gives the content of {@code labels.csv} and the first bytes of the other files
     * @throws InvalidDatasetException if there is no picture, if pictures are both in class folders and beside them, or
     *     if {@code labels.csv} is invalid, is in the wrong place or does not name exactly these pictures
     */
    public static PictureIndex of(String source, Collection<String> names, Pictures.Source files) {
        List<String> pictures = new ArrayList<>();
        SortedMap<String, LabelsCsv> labels = new TreeMap<>();
        for (String name : names.stream().sorted().toList()) {
            switch (FileKind.of(source, name, () -> beginsLikePicture(name, files))) {
                case LABELS ->
                    LabelsCsv.parse(source, name, content(name, files)).ifPresent(csv -> labels.put(name, csv));
                case PICTURE -> pictures.add(name);
                case HIDDEN, OTHER -> {}
            }
        }
        labels.entrySet().removeIf(list -> ForeignLabels.isOfOthers(list.getKey(), list.getValue(), pictures));
        return of(source, pictures, labels);
    }

    /**
     * Builds the index from files that are already classified.
     *
     * @param pictures sorted
     * @param labels all files with labels, by name
     */
    public static PictureIndex of(String source, List<String> pictures, SortedMap<String, LabelsCsv> labels) {
        if (pictures.isEmpty()) {
            throw new InvalidDatasetException(source + " has no " + PictureFormat.NAMES + " files");
        }
        if (labels.isEmpty()) {
            return byFolders(source, pictures);
        }
        String file = labels.lastKey();
        String folder = FileNames.folder(file);
        if (labels.size() > 1 || !commonFolder(pictures).startsWith(folder)) {
            throw new InvalidDatasetException(source + " has " + String.join(" and ", labels.keySet())
                    + "; there must be one " + LabelsCsv.NAME + ", beside all pictures or above them");
        }
        LabelsCsv csv = Objects.requireNonNull(labels.get(file));
        return csv.classes().isEmpty() && ForeignLabels.isOne(file)
                ? withoutClasses(source + ": " + file, pictures)
                : byCsv(folder, csv, pictures, ForeignLabels.isOne(file));
    }

    private static PictureIndex withoutClasses(String source, List<String> pictures) {
        if (!inFolders(pictures).isEmpty()) {
            throw new InvalidDatasetException(source + " has no labels, but the pictures are in several folders, which"
                    + " would be read as classes; put them into one folder");
        }
        return unlabelled(pictures);
    }

    private static byte[] content(String file, Pictures.Source files) {
        try {
            return files.read(file, LabelsCsv.MAX_BYTES + 1);
        } catch (UnreadableImageException e) {
            throw new InvalidDatasetException(String.valueOf(e.getMessage()), e);
        }
    }

    private static PictureIndex byCsv(String folder, LabelsCsv csv, List<String> pictures, boolean isForeign) {
        List<String> files =
                pictures.stream().map(name -> name.substring(folder.length())).toList();
        csv.requireExactly(files, isForeign);
        return labelled(
                csv.classesOf(files), pictures, name -> String.valueOf(csv.label(name.substring(folder.length()))));
    }

    private static PictureIndex byFolders(String source, List<String> pictures) {
        Set<String> classes = inFolders(pictures);
        if (classes.isEmpty()) {
            return unlabelled(pictures);
        }
        int skipped = commonFolder(pictures).length();
        for (String name : pictures) {
            if (name.indexOf('/', skipped) < 0) {
                throw new InvalidDatasetException(source + " has pictures in class folders, but " + name
                        + " lies beside them; it must lie in one as well");
            }
        }
        if (classes.stream().allMatch(name -> SPLITS.contains(name.toLowerCase(Locale.ROOT)))) {
            throw new InvalidDatasetException(source + " has the folders " + String.join(", ", ClassOrder.of(classes))
                    + ", which are parts of a data set and no classes; take one of them alone, or name the classes in"
                    + " a " + LabelsCsv.NAME);
        }
        return labelled(classes, pictures, name -> classFolder(name, skipped));
    }

    private static Set<String> inFolders(List<String> pictures) {
        return classFolders(pictures, commonFolder(pictures).length());
    }

    private static PictureIndex unlabelled(List<String> pictures) {
        return new PictureIndex(
                List.of(),
                pictures.stream()
                        .map(name -> new Picture(name, LabelledImage.NO_LABEL))
                        .toList());
    }

    /** The names of the folders that contain pictures, after the first {@code skipped} characters of each path. */
    public static Set<String> classFolders(Collection<String> pictures, int skipped) {
        return pictures.stream()
                .filter(name -> name.indexOf('/', skipped) >= 0)
                .map(name -> classFolder(name, skipped))
                .collect(Collectors.toSet());
    }

    private static String classFolder(String name, int skipped) {
        return FileNames.composed(name.substring(skipped, name.indexOf('/', skipped)));
    }

    private static PictureIndex labelled(
            Collection<String> classes, List<String> pictures, UnaryOperator<String> classOf) {
        Map<String, Integer> numbers = new HashMap<>();
        List<String> ordered = ClassOrder.of(classes);
        ordered.forEach(name -> numbers.put(name, numbers.size()));
        return new PictureIndex(
                ordered,
                pictures.stream()
                        .map(name -> new Picture(name, numbers.getOrDefault(classOf.apply(name), 0)))
                        .toList());
    }

    private static boolean beginsLikePicture(String name, Pictures.Source files) {
        try {
            return PictureFormat.of(files.read(name, PictureFormat.BEGINNING)).isPresent();
        } catch (UnreadableImageException e) {
            return false;
        }
    }

    /** The text after the last dot, in lower case. */
    public static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** The folder path that all names start with, including the last {@code /}. */
    public static String commonFolder(List<String> sorted) {
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
