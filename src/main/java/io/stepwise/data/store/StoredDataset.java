package io.stepwise.data.store;

import io.stepwise.data.FolderDataset;
import io.stepwise.data.Framing;
import io.stepwise.data.InvalidDatasetException;
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
 * A folder {@code <name>} or an archive {@code <name>.zip} in the root folder of the data sets, with any content.
 *
 * @param name a valid name, see {@link Names}
 * @param path path of the folder or the archive
 */
record StoredDataset(String name, Path path, boolean archive) {
    static final String ARCHIVE = ".zip";

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

    /** Lists all data sets in the order of their names. Hidden ones and those with invalid names are ignored. */
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
     * Opens the data set; the caller closes it.
     *
     * @throws InvalidDatasetException if the data set can't be used
     */
    PictureDataset open(Framing framing) {
        return archive
                ? new ZipDataset(name, path, framing, ZipDataset.Limits.DEFAULT)
                : new FolderDataset(name, path, framing);
    }

    ContentStamp stamp() throws IOException {
        return ContentStamp.of(path);
    }
}
