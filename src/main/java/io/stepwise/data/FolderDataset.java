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
 * The pictures in a folder, brought to one size. Subfolders are classes, see {@link #labels}; hidden files and files
 * that are no pictures do not count. The order is that of the paths. Files are read when they are asked for; wrap it in
 * a {@link CachedDataset} to decode each only once.
 */
public final class FolderDataset implements ImageDataset {
    private static final long MAX_FILE_BYTES = 256L << 20;

    private final String name;
    private final Path folder;
    private final Pictures pictures;

    /**
     * @throws InvalidDatasetException when the folder does not exist, holds no pictures, or holds some in class folders
     *     and some beside them
     */
    public FolderDataset(String name, Path folder, Framing framing, OnBroken onBroken) {
        this.name = name;
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            throw new InvalidDatasetException("data set " + name + ": there is no folder " + folder);
        }
        PictureIndex index = PictureIndex.of("data set " + name, files(name, folder));
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

    private byte[] read(String file) {
        Path path = folder.resolve(file);
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes((int) Math.min(Files.size(path) + 1, MAX_FILE_BYTES + 1));
            if (bytes.length > MAX_FILE_BYTES) {
                throw new UnreadableImageException(file + ": file must have at most " + MAX_FILE_BYTES + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw new UnreadableImageException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    /** The names of the class folders in alphabetical order, or empty when the pictures lie in none. */
    @Override
    public List<String> labels() {
        return pictures.labels();
    }

    @Override
    public long size() {
        return pictures.size();
    }

    @Override
    public LabelledImage get(long index) {
        return pictures.get(index);
    }

    /** The pictures left out; empty unless opened with {@link OnBroken#SKIP}. */
    public List<BrokenPicture> broken() {
        return pictures.broken();
    }

    @Override
    public void close() {}
}
