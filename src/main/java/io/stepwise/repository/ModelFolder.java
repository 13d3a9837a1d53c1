package io.stepwise.repository;

import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.files.FileDigest;
import io.stepwise.repository.files.FolderLock;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.OwnedFolder;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The folder of one model: its versions, and what is on its way in or out of it.
 *
 * <p>Publishing is {@link #stage}, writing, {@link #seal}, {@link #commit}. A version is staged in a hidden sibling on
 * the same file system; the manifest is written last and one rename makes all of it visible. A crash before that
 * leaves only the hidden folder, which {@link #sweep} removes. Renaming onto a folder that holds files always fails,
 * so of two publishers at once one takes the next number.
 *
 * <p>INVARIANT: a numbered folder is never written to, and a number is never used twice, not even after deletion (a
 * mark stays).
 */
record ModelFolder(String model, Path folder) {
    private static final String STAGING = ".publish-";
    private static final String TRASH = ".trash-";
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");
    private static final Pattern USED = Pattern.compile("(?:\\.deleted-)?([1-9][0-9]{0,8})");

    /** The existing versions, ascending. Links and folders without a manifest do not count. */
    List<ModelVersion> versions() throws IOException {
        return ordered(Comparator.naturalOrder()).toList();
    }

    /** The existing versions, descending; the stream checks a folder when it comes to it. */
    Stream<ModelVersion> newestFirst() throws IOException {
        return ordered(Comparator.reverseOrder());
    }

    /** Those that may serve by themselves, descending. */
    Stream<ModelVersion> releases() throws IOException {
        return newestFirst().filter(version -> !version.isCandidate());
    }

    private Stream<ModelVersion> ordered(Comparator<Integer> order) throws IOException {
        return names().filter(name -> NUMBER.matcher(name).matches())
                .map(Integer::valueOf)
                .sorted(order)
                .map(number -> new ModelVersion(model, number, folder.resolve(number.toString())))
                .filter(version -> Files.isDirectory(version.folder(), LinkOption.NOFOLLOW_LINKS)
                        && Files.exists(version.folder().resolve(Manifest.FILE)));
    }

    /**
     * Locks this model until the caller closes the lock. Needed for actions that depend on several versions, or on a
     * version and the settings.
     */
    FolderLock lock() throws IOException {
        return FolderLock.acquire(folder);
    }

    /** The version that was made of the checkpoint of this step of this run. */
    Optional<ModelVersion> find(String run, long step) throws IOException {
        for (ModelVersion version : versions()) {
            if (version.stepOf(run).equals(OptionalLong.of(step))) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    /**
     * The version with the smallest {@link VersionMetadata#QUALITY}, the newest of equals; empty if none has that
     * metric.
     */
    private Optional<ModelVersion> best() throws IOException {
        ModelVersion best = null;
        double least = Double.POSITIVE_INFINITY;
        for (ModelVersion version : versions()) {
            Double quality = metadata(version).metrics().get(VersionMetadata.QUALITY);
            if (quality != null && quality <= least) {
                best = version;
                least = quality;
            }
        }
        return Optional.ofNullable(best);
    }

    /** The metadata of a version; empty if its manifest is damaged, which must not keep others from being published. */
    static VersionMetadata metadata(ModelVersion version) throws IOException {
        try {
            return version.manifest().metadata();
        } catch (InvalidModelException | NoSuchFileException e) {
            return VersionMetadata.NONE;
        }
    }

    /** A new hidden folder for the files of a version. The caller closes it. */
    OwnedFolder stage() throws IOException {
        Files.createDirectories(folder);
        DurableFiles.syncDirectory(folder.toAbsolutePath().resolve(".."));
        return OwnedFolder.in(folder, STAGING);
    }

    /** Makes the staged files durable and writes their manifest. */
    static void seal(Path staging, Instant created, VersionMetadata metadata) throws IOException {
        DurableFiles.syncTree(staging);
        new Manifest(created, metadata, digests(staging)).write(staging.resolve(Manifest.FILE));
    }

    /** Finds an existing version that makes a new one unnecessary. */
    interface Twin {
        Optional<ModelVersion> find() throws IOException;
    }

    /** Makes a sealed folder the next version unless a twin exists by now. */
    ModelVersion commit(Path staging, Twin twin) throws IOException {
        try (FolderLock alone = lock()) {
            Optional<ModelVersion> there = twin.find();
            return there.isEmpty() ? commit(staging) : there.get();
        }
    }

    /** Makes a sealed folder the next version. */
    ModelVersion commit(Path staging) throws IOException {
        int number = IntStream.concat(IntStream.of(0), usedNumbers()).max().orElseThrow() + 1;
        while (true) {
            Path target = folder.resolve(String.valueOf(number));
            try {
                Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
                DurableFiles.syncDirectory(folder);
                return new ModelVersion(model, number, target);
            } catch (FileSystemException e) {
                if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
                number++;
            }
        }
    }

    /** Removes a version in one rename, before its files are deleted. */
    void delete(ModelVersion version) throws IOException {
        DurableFiles.replace(folder.resolve(".deleted-" + version.number()), new byte[0]);
        discard(version.folder());
    }

    /**
     * Deletes versions; called by the holder of {@link #lock}.
     *
     * @param newest number of the newest versions that stay
     * @param settings say which further versions stay, besides the best
     * @return the numbers deleted, ascending
     */
    List<Integer> prune(int newest, ModelSettings settings) throws IOException {
        List<ModelVersion> versions = versions();
        Integer chosen = settings.servedVersion();
        Set<Integer> kept = new HashSet<>(settings.pinned());
        kept.add(
                chosen != null
                        ? chosen
                        : releases().findFirst().map(ModelVersion::number).orElse(0));
        Optional<ModelVersion> best = best();
        List<Integer> deleted = new ArrayList<>();
        for (ModelVersion version : versions.subList(0, Math.max(0, versions.size() - newest))) {
            if (!kept.contains(version.number()) && !best.equals(Optional.of(version))) {
                delete(version);
                deleted.add(version.number());
            }
        }
        return deleted;
    }

    /**
     * Removes leftovers of crashed publications and deletions, and of crashed changes of settings that were not touched
     * since {@code cutoff}.
     */
    void sweep(Instant cutoff) throws IOException {
        OwnedFolder.sweep(folder, STAGING, cutoff);
        for (String name : names().toList()) {
            Path leftover = folder.resolve(name);
            if (name.startsWith(TRASH)) {
                DurableFiles.deleteTree(leftover);
            } else if (name.endsWith(".tmp")
                    && OwnedFolder.lastTouched(leftover).isBefore(cutoff)) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    /** Renames first, so that a publisher that is still alive fails instead of publishing an incomplete folder. */
    private void discard(Path unwanted) throws IOException {
        Path trash = folder.resolve(TRASH + UUID.randomUUID());
        Files.move(unwanted, trash, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(folder);
        DurableFiles.deleteTree(trash);
    }

    private IntStream usedNumbers() throws IOException {
        return names().map(USED::matcher)
                .filter(Matcher::matches)
                .mapToInt(matcher -> Integer.parseInt(matcher.group(1)));
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> String.valueOf(entry.getFileName())).toList().stream();
        } catch (NoSuchFileException e) {
            return Stream.empty();
        }
    }

    private static Map<String, FileDigest> digests(Path staging) throws IOException {
        Map<String, FileDigest> digests = new TreeMap<>();
        Files.walkFileTree(staging, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String path = relative(staging, file);
                if (!attributes.isRegularFile()) {
                    throw new InvalidModelException(path + " is a link or no file, must be a regular file");
                }
                digests.put(path, FileDigest.of(file));
                return FileVisitResult.CONTINUE;
            }
        });
        return digests;
    }

    /** The path of {@code file} in {@code root}, with {@code /} between names. */
    static String relative(Path root, Path file) {
        return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }
}
