package io.stepwise.report;

import io.stepwise.repository.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Markdown page that has a report's tables between two marks, so that its figures stay true. */
public final class NumberedPage {
    public static final String BEGIN = "<!-- numbers -->";
    public static final String END = "<!-- /numbers -->";

    private NumberedPage() {}

    /**
     * Replaces what stands between the marks.
     *
     * @throws IOException also when the page lacks the marks
     */
    public static void replace(Path page, String tables) throws IOException {
        String text = Files.readString(page);
        int from = text.indexOf(BEGIN);
        int to = text.indexOf(END);
        if (from < 0 || to < from) {
            throw new IOException(page + " must have a line " + BEGIN + " and below it a line " + END);
        }
        String changed = text.substring(0, from + BEGIN.length()) + "\n\n" + tables + "\n" + text.substring(to);
        DurableFiles.replace(page, changed.getBytes(StandardCharsets.UTF_8));
    }
}
