package io.stepwise.data.store;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A fingerprint of a data set. It changes whenever the name, the size or the time of a file changes; {@code
 * dataset.json} is ignored.
 *
 * @param bytes total size of all files
 * @param modified time of the last change of any file
 * @param hash hash of names, sizes and times of all files
 */
record ContentStamp(long bytes, Instant modified, long hash) {
    /** The stamp of content that never changes. */
    static final ContentStamp CONSTANT = new ContentStamp(0, Instant.EPOCH, 0);

    /**
     * Computes the stamp of a folder or an archive. Links are followed. Files that can't be read are ignored.
     *
     * @throws NoSuchFileException if the folder or archive does not exist
     */
    static ContentStamp of(Path dataset) throws IOException {
        Sum sum = new Sum(dataset);
        Files.walkFileTree(dataset, Set.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, sum);
        return sum.stamp;
    }

    private static final class Sum extends SimpleFileVisitor<Path> {
        private final Path dataset;
        private ContentStamp stamp = CONSTANT;

        Sum(Path dataset) {
            this.dataset = dataset;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            boolean ours = file.equals(dataset.resolve(DatasetFile.NAME));
            if (attributes.isRegularFile() && !ours) {
                stamp = stamp.plus(dataset.relativize(file).toString(), attributes);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (file.equals(dataset)) {
                throw failure;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
            return FileVisitResult.CONTINUE;
        }
    }

    private ContentStamp plus(String name, BasicFileAttributes file) {
        Instant changed = file.lastModifiedTime().toInstant();
        long one = (name.hashCode() * 31L + file.size()) * 0x9e3779b97f4a7c15L
                ^ changed.toEpochMilli() * 0xc2b2ae3d27d4eb4fL
                ^ changed.getNano();
        return new ContentStamp(
                bytes + file.size(), changed.isAfter(modified) ? changed : modified, hash + (one ^ one >>> 31));
    }
}
