package io.stepwise.data.store;

import io.stepwise.data.FolderDataset;
import io.stepwise.data.Framing;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.OnBroken;
import io.stepwise.data.PictureDataset;
import io.stepwise.data.ZipDataset;
import io.stepwise.schema.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder {@code <name>} or else an archive {@code <name>.zip} under the data sets' root, whatever is in it.
 *
 * @param name a name of {@link Names}
 * @param path of the folder or the archive
 * @param archive whether it is an archive
 */
record StoredDataset(String name, Path path, boolean archive) {
    static final String ARCHIVE = ".zip";

    /** The data set of that name. */
    static Optional<StoredDataset> find(Path root, String name) {
        if (!Names.isName(name)) {
            return Optional.empty();
        }
        Path folder = root.resolve(name);
        if (Files.isDirectory(folder)) {
            return Optional.of(new StoredDataset(name, folder, false));
        }
        Path file = root.resolve(name + ARCHIVE);
        return Files.isRegularFile(file) ? Optional.of(new StoredDataset(name, file, true)) : Optional.empty();
    }

    /** All there are, in the order of their names. Hidden ones and those whose names no job can use don't count. */
    static List<StoredDataset> all(Path root) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> entries = Files.list(root)) {
            entries.forEach(entry -> {
                String name = String.valueOf(entry.getFileName());
                names.add(name);
                if (name.endsWith(ARCHIVE)) {
                    names.add(name.substring(0, name.length() - ARCHIVE.length()));
                }
            });
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        List<StoredDataset> all = new ArrayList<>();
        names.forEach(name -> find(root, name).ifPresent(all::add));
        return all;
    }

    /**
     * Opens it; the caller closes it.
     *
     * @throws InvalidDatasetException when it can't be used
     */
    PictureDataset open(Framing framing, OnBroken onBroken) {
        return archive
                ? new ZipDataset(name, path, framing, onBroken, ZipDataset.Limits.DEFAULT)
                : new FolderDataset(name, path, framing, onBroken);
    }

    ContentStamp stamp() throws IOException {
        return ContentStamp.of(path);
    }
}
