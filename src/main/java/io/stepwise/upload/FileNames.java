package io.stepwise.upload;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * File names that clients choose: which names are refused, and how a name is shown in a message.
 *
 * <p>INVARIANT: of the names {@linkplain #add added} to one object, no two are one file, or a file and a folder at once,
 * even on a file system that ignores case and how accents are encoded.
 */
public final class FileNames {
    private static final int MAX_BYTES = 1024;
    private static final int MAX_PART_BYTES = 255;
    private static final int SHOWN_CHARACTERS = 120;
    private static final int SOME = 10;

    /**
     * @param folder whether it is that of a folder that something lies in
     */
    private record Taken(String name, boolean folder) {}

    private final Map<String, Taken> taken = new HashMap<>();

    /**
     * Checks that a name stays in the folder that it is unpacked to, with {@code /} between its parts.
     *
     * @throws InvalidUploadException when it doesn't
     */
    public static void requireHarmless(String name) {
        boolean absolute = name.startsWith("/") || name.matches("(?s)^[A-Za-z]:.*");
        List<String> parts = List.of(name.split("/", -1));
        if (absolute || parts.contains("..") || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0) {
            throw refused("the name \"" + shown(name) + "\" must be relative, without \"..\" and backslashes");
        }
    }

    /**
     * A file's name without {@code .} parts and doubled slashes, with composed accents.
     *
     * @throws InvalidUploadException when it {@linkplain #requireHarmless does harm}, is empty, longer than 1024 bytes or
     *     255 between slashes, or has control characters
     */
    public static String cleaned(String name) {
        requireHarmless(name);
        String cleaned = String.join(
                "/",
                Arrays.stream(composed(name).split("/", -1))
                        .filter(part -> !part.isEmpty() && !part.equals("."))
                        .toList());
        requireHarmless(cleaned); // the first check lets ./C: pass
        boolean tooLong = bytes(cleaned) > MAX_BYTES
                || Arrays.stream(cleaned.split("/", -1)).anyMatch(part -> bytes(part) > MAX_PART_BYTES);
        boolean shows = !isHidden(cleaned); // Finder's Icon\r is only passed over
        if (cleaned.isEmpty() || tooLong || shows && cleaned.chars().anyMatch(Character::isISOControl)) {
            throw refused("the name \"" + shown(name) + "\" must have 1 … " + MAX_BYTES + " bytes, " + MAX_PART_BYTES
                    + " between slashes, and no control characters");
        }
        return cleaned;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * The file of that name in {@code folder}.
     *
     * @param name {@link #cleaned cleaned}
     * @throws InvalidUploadException when there can't be one
     */
    public static Path inside(Path folder, String name) {
        Path file;
        try {
            file = folder.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw refused("the name \"" + shown(name) + "\" can't be written here, where file names are in "
                    + System.getProperty("sun.jnu.encoding") + "; the service has to be started with LC_ALL=C.UTF-8");
        }
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw refused(shown(name) + " leaves its folder");
        }
        return file;
    }

    /** The folder of a file, with the slash at its end; empty if it lies in none. */
    public static String folder(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }

    public static String base(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** Whether the file, or a folder that it lies in, is hidden or belongs to an operating system. */
    public static boolean isHidden(String name) {
        return Arrays.stream(name.split("/", -1))
                .anyMatch(part -> part.startsWith(".") || part.equals("__MACOSX") || part.equals("Icon\r"));
    }

    /** The name for a message: at most 120 characters, no control characters. */
    public static String shown(String name) {
        String harmless = name.replaceAll("\\p{Cntrl}", "\uFFFD");
        return harmless.length() <= SHOWN_CHARACTERS ? harmless : harmless.substring(0, SHOWN_CHARACTERS) + "…";
    }

    /** The first names for a message, and how many more there are. */
    public static String some(Collection<String> names) {
        String first = String.join(
                ", ", names.stream().limit(SOME).map(FileNames::shown).toList());
        return names.size() <= SOME ? first : first + " and " + (names.size() - SOME) + " more";
    }

    /** The text with composed accents (NFC). People type them so; some file systems decompose them. */
    public static String composed(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    /**
     * @throws InvalidUploadException when it collides with another
     */
    public void add(String name) {
        for (String folder : foldersOf(name)) {
            Taken before = taken.putIfAbsent(folded(folder), new Taken(folder, true));
            if (before != null && !before.equals(new Taken(folder, true))) {
                throw collision(folder, true, before);
            }
        }
        Taken before = taken.putIfAbsent(folded(name), new Taken(name, false));
        if (before != null) {
            throw collision(name, false, before);
        }
    }

    /** The folders round a file, outermost first. */
    public static List<String> foldersOf(String name) {
        List<String> folders = new ArrayList<>();
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            folders.add(name.substring(0, slash));
        }
        return folders;
    }

    private static String folded(String name) {
        return composed(composed(name).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
    }

    private static InvalidUploadException collision(String name, boolean folder, Taken before) {
        String reason = before.name().equals(name)
                ? "it holds " + shown(name) + (folder || before.folder() ? " as a folder and as a file" : " twice")
                : "the names \"" + shown(before.name()) + "\" and \"" + shown(name)
                        + "\" differ only in case or in how accents are encoded";
        return refused(reason);
    }

    private static InvalidUploadException refused(String reason) {
        return new InvalidUploadException("the upload is refused: " + reason);
    }
}
