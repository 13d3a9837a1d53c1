package io.stepwise.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folders of golden vectors that hold models. */
public final class GoldenFolders {
    private GoldenFolders() {}

    public static Path root() {
        return Path.of(System.getProperty("golden.dir", "src/test/resources/golden"));
    }

    /** Every {@code unet-*} folder, sorted. */
    static List<Path> unets() throws IOException {
        try (Stream<Path> folders = Files.list(root())) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("unet-"))
                    .sorted()
                    .toList();
        }
    }

    /** Every diffusers pipeline folder, sorted. */
    static List<Path> pipelines() throws IOException {
        try (Stream<Path> folders = Files.list(root())) {
            return folders.filter(folder -> Files.exists(folder.resolve("model_index.json")))
                    .sorted()
                    .toList();
        }
    }
}
