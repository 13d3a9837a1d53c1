package io.stepwise.data;

import io.stepwise.image.UnreadableImageException;
import io.stepwise.upload.FileNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The pictures in a folder, resized to one size. Subfolders are classes, or a file {@code labels.csv} assigns the
 * classes, see {@link PictureIndex}. Hidden files and files that are not pictures are ignored. The images are in the
 * order of their paths. A file is read each time its image is requested; wrap this data set in a {@link CachedDataset}
 * to decode each picture only once.
 */
public final class FolderDataset extends PictureDataset {
    private final Map<String, Path> files;
    private final Pictures pictures;

    /**
     * @throws InvalidDatasetException if the folder does not exist, contains no pictures, contains pictures both in
     *     class folders and beside them, or has an invalid {@code labels.csv}
     */
    public FolderDataset(String name, Path folder, Framing framing) {
        super(name);
        if (!Files.isDirectory(folder)) {
            throw new InvalidDatasetException("data set " + name + ": there is no folder " + folder);
        }
        files = files(name, folder);
        PictureIndex index = PictureIndex.of("data set " + name, files.keySet(), this::read);
        pictures = new Pictures(index, this::read, framing);
    }

    /** The files by their names, with composed accents, whatever the file system does to them. */
    private static Map<String, Path> files(String name, Path folder) {
        Map<String, Path> files = new HashMap<>();
        try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                String file =
                        FileNames.composed(folder.relativize(path).toString().replace('\\', '/'));
                if (files.put(file, path) != null) {
                    throw new InvalidDatasetException("data set " + name + " has two files " + FileNames.shown(file)
                            + ", whose names differ only in how accents are encoded");
                }
            }
            return files;
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidDatasetException("data set " + name + ": cannot list " + folder, e);
        }
    }

    private byte[] read(String file, int most) {
        try (InputStream in = Files.newInputStream(Objects.requireNonNull(files.get(file)))) {
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
