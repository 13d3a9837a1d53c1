package io.stepwise.data;

import io.stepwise.image.UnreadableImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pictures in a folder, resized to one size. Subfolders are classes, or a file {@code labels.csv} assigns the
 * classes, see {@link PictureIndex}. Hidden files and files that are not pictures are ignored. The images are in the
 * order of their paths. A file is read each time its image is requested; wrap this data set in a {@link CachedDataset}
 * to decode each picture only once.
 */
public final class FolderDataset extends PictureDataset {
    private final Path folder;
    private final Pictures pictures;

    /**
     * Opens the folder.
     *
     * @throws InvalidDatasetException if the folder does not exist, contains no pictures, contains pictures both in
     *     class folders and beside them, or has an invalid {@code labels.csv}
     */
    public FolderDataset(String name, Path folder, Framing framing, OnBroken onBroken) {
        super(name);
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            throw new InvalidDatasetException("data set " + name + ": there is no folder " + folder);
        }
        PictureIndex index = PictureIndex.of("data set " + name, files(name, folder), this::read);
        pictures = new Pictures("data set " + name, index, this::read, framing, onBroken);
    }

    private static List<String> files(String name, Path folder) {
        try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> folder.relativize(path).toString().replace('\\', '/'))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidDatasetException("data set " + name + ": cannot list " + folder, e);
        }
    }

    private byte[] read(String file, int most) {
        try (InputStream in = Files.newInputStream(folder.resolve(file))) {
            return in.readNBytes(most);
        } catch (IOException e) {
            throw new UnreadableImageException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Pictures pictures() {
        return pictures;
    }

    @Override
    public void close() {}
}
