package io.stepwise.api.problem;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts for clients, who must not see where the service's folders are. Messages name files, and their authors do not
 * know who will read them.
 */
public final class PublicText {
    /** Set once, when the service starts. */
    private static volatile List<String> folders = List.of();

    private PublicText() {}

    /** Leaves the paths of these folders out of all later texts. */
    public static void hide(Path... paths) {
        folders = Arrays.stream(paths)
                .map(path -> path.toAbsolutePath().normalize())
                .filter(path -> path.getNameCount() > 0)
                .map(Path::toString)
                .toList();
    }

    /** As {@link #of}; null for null. */
    public static @Nullable String ofNullable(@Nullable String text) {
        return text == null ? null : of(text);
    }

    /** {@code text} without the folders: a file in one of them is named by its path from there. */
    public static String of(String text) {
        String shown = text;
        for (String folder : folders) {
            if (shown.contains(folder)) {
                String name = String.valueOf(Path.of(folder).getFileName());
                shown = shown.replace(folder + "/", "").replace(folder, "the folder " + name);
            }
        }
        return shown;
    }
}
