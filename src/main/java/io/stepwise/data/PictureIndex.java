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
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The pictures and classes of a data set, derived from its file names.
 *
 * <p>Pictures ({@link PictureFormat}) are listed in the order of their names; hidden files and folders are ignored. A
 * file is a picture if its name or its first bytes say so. If there is a file {@code labels.csv} ({@link LabelsCsv}),
 * it assigns the classes and folders have no meaning; it must be in a folder that contains all pictures. Without this
 * file, folders that contain all pictures are skipped. If the pictures are then in folders, the first folder is the
 * class; otherwise there are no labels.
 *
 * @param labels class names in alphabetical order, or empty
 * @param pictures at least one
 */
public record PictureIndex(List<String> labels, List<Picture> pictures) {
    /** A file and its label. The name of the file is its path with {@code /} between the parts. */
    public record Picture(String name, int label) {}

    private static final Set<String> EXTENSIONS =
            Set.of("png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp", "dib", "tif", "tiff");

    /**
     * Builds the index.
     *
     * @param source name of the data set for messages
     * @param files gives the content of {@code labels.csv} and the first bytes of the other files
     * @throws InvalidDatasetException if there is no picture, if pictures are both in class folders and beside them, or
     *     if {@code labels.csv} is invalid, is in the wrong place or does not name exactly these pictures
     */
    public static PictureIndex of(String source, Collection<String> names, Pictures.Source files) {
        List<String> pictures = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (String name : names.stream()
                .filter(name -> !FileNames.isHidden(name))
                .sorted()
                .toList()) {
            if (LabelsCsv.isOne(name)) {
                labels.add(name);
            } else if (isCalledPicture(name) || beginsLikePicture(name, files)) {
                pictures.add(name);
            }
        }
        return of(source, pictures, labels, files);
    }

    /**
     * Builds the index from files that are already classified.
     *
     * @param pictures sorted
     * @param labels the names of all {@code labels.csv}, sorted
     */
    public static PictureIndex of(String source, List<String> pictures, List<String> labels, Pictures.Source files) {
        if (pictures.isEmpty()) {
            throw new InvalidDatasetException(source + " has no " + PictureFormat.NAMES + " files");
        }
        if (labels.isEmpty()) {
            return byFolders(source, pictures);
        }
        String file = labels.get(labels.size() - 1);
        String folder = file.substring(0, file.length() - LabelsCsv.NAME.length());
        if (labels.size() > 1 || !commonFolder(pictures).startsWith(folder)) {
            throw new InvalidDatasetException(source + " has " + String.join(" and ", labels) + "; there must be one "
                    + LabelsCsv.NAME + ", beside all pictures or above them");
        }
        return byCsv(folder, LabelsCsv.parse(source + ": " + file, content(file, files)), pictures);
    }

    private static byte[] content(String file, Pictures.Source files) {
        try {
            return files.read(file, LabelsCsv.MAX_BYTES + 1);
        } catch (UnreadableImageException e) {
            throw new InvalidDatasetException(String.valueOf(e.getMessage()), e);
        }
    }

    private static PictureIndex byCsv(String folder, LabelsCsv csv, List<String> pictures) {
        csv.requireExactly(
                pictures.stream().map(name -> name.substring(folder.length())).toList());
        return labelled(csv.classes(), pictures, name -> String.valueOf(csv.label(name.substring(folder.length()))));
    }

    private static PictureIndex byFolders(String source, List<String> pictures) {
        int skipped = commonFolder(pictures).length();
        if (pictures.stream().noneMatch(name -> name.indexOf('/', skipped) >= 0)) {
            return new PictureIndex(
                    List.of(),
                    pictures.stream()
                            .map(name -> new Picture(name, LabelledImage.NO_LABEL))
                            .toList());
        }
        for (String name : pictures) {
            if (name.indexOf('/', skipped) < 0) {
                throw new InvalidDatasetException(source + " has pictures in class folders, but " + name
                        + " lies beside them; it must lie in one as well");
            }
        }
        return labelled(classFolders(pictures, skipped), pictures, name -> classFolder(name, skipped));
    }

    /** The names of the folders that contain pictures, after the first {@code skipped} characters of each path. */
    public static SortedSet<String> classFolders(Collection<String> pictures, int skipped) {
        return pictures.stream()
                .filter(name -> name.indexOf('/', skipped) >= 0)
                .map(name -> classFolder(name, skipped))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String classFolder(String name, int skipped) {
        return FileNames.composed(name.substring(skipped, name.indexOf('/', skipped)));
    }

    private static PictureIndex labelled(
            Collection<String> classes, List<String> pictures, UnaryOperator<String> classOf) {
        Map<String, Integer> numbers = new HashMap<>();
        classes.forEach(name -> numbers.put(name, numbers.size()));
        return new PictureIndex(
                List.copyOf(classes),
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

    /** Whether a file with this name must be a picture. */
    public static boolean isCalledPicture(String name) {
        return EXTENSIONS.contains(extension(name));
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
