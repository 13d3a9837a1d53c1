package io.stepwise.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of a local folder, read as an upload is. Closing it closes the file that is being read. */
public final class FolderFiles implements IncomingFiles, AutoCloseable {
    private final Path folder;
    private final Iterator<Path> files;
    private InputStream current = InputStream.nullInputStream();

    /** @param folder links in it are followed */
    public FolderFiles(Path folder) throws IOException {
        this.folder = folder;
        try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            files = paths.filter(Files::isRegularFile).sorted().toList().iterator();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public @Nullable File next() throws IOException {
        current.close();
        if (!files.hasNext()) {
            return null;
        }
        Path file = files.next();
        current = Files.newInputStream(file);
        String name = folder.relativize(file)
                .toString()
                .replace(folder.getFileSystem().getSeparator(), "/");
        return new File(name, current);
    }

    @Override
    public void close() throws IOException {
        current.close();
    }
}
