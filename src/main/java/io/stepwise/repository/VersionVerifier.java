package io.stepwise.repository;

import io.stepwise.repository.files.FileDigest;
import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares a version's files with its manifest: the same paths, sizes and checksums, and no links anywhere. */
final class VersionVerifier {
    private VersionVerifier() {}

    /**
     * @return the manifest
     * @throws InvalidModelException naming every file that is not as it must be
     */
    static Manifest verify(ModelVersion version) throws IOException {
        Path manifestFile = version.folder().resolve(Manifest.FILE);
        if (!Files.isRegularFile(manifestFile, LinkOption.NOFOLLOW_LINKS)) {
            throw new InvalidModelException(version + ": " + Manifest.FILE + " is missing or is no regular file");
        }
        Manifest manifest = version.manifest();
        Map<String, BasicFileAttributes> found = walk(version.folder());
        found.remove(Manifest.FILE);
        List<String> faults = new ArrayList<>();
        for (Map.Entry<String, BasicFileAttributes> file : found.entrySet()) {
            if (!file.getValue().isRegularFile()) {
                faults.add(file.getKey() + " is a link or no file, must be a regular file");
            } else if (!manifest.files().containsKey(file.getKey())) {
                faults.add(file.getKey() + " is not in the manifest");
            }
        }
        for (Map.Entry<String, FileDigest> file : new TreeMap<>(manifest.files()).entrySet()) {
            BasicFileAttributes attributes = found.get(file.getKey());
            if (attributes == null) {
                faults.add(file.getKey() + " is missing");
            } else if (attributes.isRegularFile()) {
                compare(version.folder(), file.getKey(), attributes.size(), file.getValue(), faults);
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidModelException(version + " is damaged: " + String.join("; ", faults));
        }
        return manifest;
    }

    private static void compare(Path folder, String path, long size, FileDigest expected, List<String> faults)
            throws IOException {
        if (size != expected.size()) {
            faults.add(path + " has " + size + " bytes, must have " + expected.size());
            return;
        }
        FileDigest actual = FileDigest.of(folder.resolve(path));
        if (!actual.equals(expected)) {
            faults.add(path + " has sha256 " + actual.sha256() + ", must have " + expected.sha256());
        }
    }

    private static Map<String, BasicFileAttributes> walk(Path folder) throws IOException {
        Map<String, BasicFileAttributes> found = new HashMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.put(ModelFolder.relative(folder, file), attributes);
                return FileVisitResult.CONTINUE;
            }
        });
        return new TreeMap<>(found);
    }
}
