package io.stepwise.repository;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;

/**
 * The outer state of a folder. Two states are equal if no file in the folder seems to have changed between them. No
 * file is opened.
 *
 * @param files size, identity and times of every file and folder, by its path
 */
public record FolderState(Map<String, String> files) {
    public FolderState {
        files = Map.copyOf(files);
    }

    /** The present state of {@code root}, which need not exist. */
    public static FolderState of(Path root) throws IOException {
        Visitor visitor = new Visitor(root);
        try {
            Files.walkFileTree(root, visitor);
        } catch (NoSuchFileException gone) {
            visitor.files.put("", "gone, or going"); // differs from the state of any folder
        }
        return new FolderState(visitor.files);
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final boolean unix;
        private final Map<String, String> files = new TreeMap<>();

        Visitor(Path root) {
            this.root = root;
            unix = root.getFileSystem().supportedFileAttributeViews().contains("unix");
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            return note(folder, attributes);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            return note(file, attributes);
        }

        private FileVisitResult note(Path path, BasicFileAttributes seen) throws IOException {
            Object changed = unix ? Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS) : "";
            files.put(
                    ModelFolder.relative(root, path),
                    seen.size() + " " + seen.fileKey() + " " + seen.lastModifiedTime() + " " + changed);
            return FileVisitResult.CONTINUE;
        }
    }
}
