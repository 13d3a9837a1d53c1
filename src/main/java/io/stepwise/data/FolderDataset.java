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
 * The pictures in a folder, brought to one size. Subfolders are classes, or a file {@code labels.csv} names them, see
 * {@link PictureIndex}; hidden files and files that are no pictures do not count. The order is that of the paths. Files are read when they are asked for; wrap it in
 * a {@link CachedDataset} to decode each only once.
 */
public final class FolderDataset extends PictureDataset {
    private final Path folder;
    private final Pictures pictures;

    /**
     * @throws InvalidDatasetException when the folder does not exist, holds no pictures, holds some in class folders
     *     and some beside them, or has a wrong {@code labels.csv}
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
