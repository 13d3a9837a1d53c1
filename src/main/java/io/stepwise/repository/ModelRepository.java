package io.stepwise.repository;

import io.stepwise.repository.files.FolderLock;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.OwnedFolder;
import io.stepwise.schema.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The models on disk, the only place where training and serving meet: {@code <root>/<name>/<version>/} is a diffusers
 * folder with a manifest, {@code <root>/<name>/model.json} says which version is served. Versions count 1, 2, 3 … and
 * never change; publishing is one atomic rename, see {@link ModelFolder}.
 *
 * <p>Safe for use by several threads and by several processes on the same folder. A model's name that is
 * none of {@link Names} is an {@link IllegalArgumentException}.
 */
public final class ModelRepository {
    /** An unfinished publication counts as crashed if its files were not touched for this long. */
    static final Duration STALE = Duration.ofHours(1);

    private final Path root;
    private final Clock clock;

    /** @param root created by the first publication if it does not exist */
    public ModelRepository(Path root) {
        this(root, Clock.systemUTC());
    }

    ModelRepository(Path root, Clock clock) {
        this.root = root;
        this.clock = clock;
    }

    /** Writes the files of a version. */
    public interface FolderWriter {
        /** Writes a pipeline folder, for example with {@link PipelineFolder#write}, into {@code folder}. */
        void writeTo(Path folder) throws IOException;
    }

    /** The folder of all models, which may not exist. */
    public Path root() {
        return root;
    }

    /** Names of the models that have versions, sorted. */
    public List<String> models() throws IOException {
        List<String> models = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return models;
        }
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.sorted().toList()) {
                String name = String.valueOf(folder.getFileName());
                if (Names.isName(name)
                        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                        && !versions(name).isEmpty()) {
                    models.add(name);
                }
            }
        }
        return models;
    }

    /** The versions of a model, ascending; empty when there is no such model. */
    public List<ModelVersion> versions(String name) throws IOException {
        return folder(name).versions();
    }

    /** The versions that may serve by themselves, descending; the stream reads a folder only when it comes to it. */
    public Stream<ModelVersion> releases(String name) throws IOException {
        return folder(name).releases();
    }

    /** The folder of a model's versions and {@code model.json}, which may not exist. */
    public Path path(String name) {
        return folder(name).folder();
    }

    /**
     * @throws ModelMissingException when there is no such version
     */
    public ModelVersion version(String name, int number) throws IOException {
        List<ModelVersion> versions = versions(name);
        return versions.stream()
                .filter(version -> version.number() == number)
                .findFirst()
                .orElseThrow(() -> new ModelMissingException("model " + name + " has no version " + number
                        + ", must be one of "
                        + versions.stream().map(ModelVersion::number).toList()));
    }

    /**
     * The version to serve: the one {@code model.json} names, or the latest that is no candidate.
     *
     * @throws ModelMissingException when there is no such model or version
     */
    public ModelVersion served(String name) throws IOException {
        Integer number = settings(name).servedVersion();
        if (number != null) {
            return version(name, number);
        }
        ModelMissingException none = versions(name).isEmpty()
                ? noModel(name)
                : new ModelMissingException("model " + name + " has only candidates, must have one that is chosen");
        return releases(name).findFirst().orElseThrow(() -> none);
    }

    /** {@code model.json}, or the defaults. */
    public ModelSettings settings(String name) throws IOException {
        return ModelSettings.read(folder(name).folder().resolve(ModelSettings.FILE));
    }

    /**
     * Changes {@code model.json}, for example {@code settings -> settings.withServedVersion(3)}.
     *
     * @throws ModelMissingException when there is no such model, or a version number in the new settings does not exist
     */
    public ModelSettings update(String name, UnaryOperator<ModelSettings> change) throws IOException {
        if (versions(name).isEmpty()) {
            throw noModel(name);
        }
        try (FolderLock alone = folder(name).lock()) {
            ModelSettings settings = change.apply(settings(name));
            List<Integer> named = new ArrayList<>(settings.pinned());
            if (settings.servedVersion() != null) {
                named.add(settings.servedVersion());
            }
            for (int number : named) {
                version(name, number);
            }
            settings.write(folder(name).folder().resolve(ModelSettings.FILE));
            return settings;
        }
    }

    /**
     * Adds the next version. When this returns, the version is visible and survives a power failure; when it throws,
     * nothing is visible. It also deletes what crashed publishers of this model left.
     *
     * @throws InvalidModelException when the written folder cannot be served
     */
    public ModelVersion publish(String name, FolderWriter writer, VersionMetadata metadata) throws IOException {
        return publish(name, writer, metadata, Optional::empty);
    }

    /**
     * Adds the next version as {@link #publish} does, unless a version of the same run and step exists, made by any
     * process: then that one is returned.
     *
     * @param metadata names a run and a step
     */
    public ModelVersion publishOnce(String name, FolderWriter writer, VersionMetadata metadata) throws IOException {
        String run = Objects.requireNonNull(metadata.run(), "metadata must name a run");
        Long step = Objects.requireNonNull(metadata.step(), "metadata must name a step");
        Optional<ModelVersion> there = folder(name).find(run, step);
        return there.isPresent()
                ? there.get()
                : publish(name, writer, metadata, () -> folder(name).find(run, step));
    }

    ModelVersion publish(String name, FolderWriter writer, VersionMetadata metadata, ModelFolder.Twin twin)
            throws IOException {
        ModelFolder model = folder(name);
        model.sweep(clock.instant().minus(STALE));
        try (OwnedFolder staging = model.stage()) {
            writer.writeTo(staging.content());
            NetworkFolder.open(staging.content()).check();
            ModelFolder.seal(staging.content(), clock.instant(), metadata);
            return model.commit(staging.content(), twin);
        }
    }

    /**
     * Compares every file of a version with its manifest.
     *
     * @return the manifest
     * @throws InvalidModelException naming every file that is missing, changed, unexpected or a link
     */
    public Manifest verify(ModelVersion version) throws IOException {
        return VersionVerifier.verify(version);
    }

    /**
     * Deletes a version for good; its number is not used again.
     *
     * @throws IllegalStateException when the version is served or pinned
     * @throws ModelMissingException when there is no such version
     */
    public void delete(String name, int number) throws IOException {
        delete(
                name,
                number,
                versions(name).stream().mapToInt(ModelVersion::number).max().orElse(0));
    }

    /**
     * The same for a caller that knows the served version if {@code model.json} says the newest: some cannot be loaded.
     */
    public void delete(String name, int number, int serving) throws IOException {
        version(name, number);
        try (FolderLock alone = folder(name).lock()) {
            ModelVersion version = version(name, number);
            ModelSettings settings = settings(name);
            if (Objects.requireNonNullElse(settings.servedVersion(), serving) == number) {
                throw new IllegalStateException(version.label() + " is served, serve another first");
            }
            if (settings.pinned().contains(number)) {
                throw new IllegalStateException(version.label() + " is pinned in " + ModelSettings.FILE);
            }
            folder(name).delete(version);
        }
    }

    /**
     * Deletes all versions but the newest, the served one, the pinned ones and the best one: the one with the smallest
     * metric {@link VersionMetadata#QUALITY}, if versions have it. The loss does not measure quality: it depends on the
     * schedule and the prediction, and hardly falls while the images improve.
     *
     * @param keep number of the newest versions that stay, at least 1
     * @return the numbers deleted, ascending
     */
    public List<Integer> prune(String name, int keep) throws IOException {
        if (keep < 1) {
            throw new IllegalArgumentException("keep " + keep + " must be at least 1");
        }
        if (versions(name).isEmpty()) {
            throw noModel(name);
        }
        try (FolderLock alone = folder(name).lock()) {
            return folder(name).prune(keep, settings(name));
        }
    }

    /**
     * Publishes a diffusers folder from another source; {@link PipelineFolder#open} lists the accepted forms.
     * Configurations are written anew. Weights in diffusers' present form are copied byte by byte, so their checksum
     * stays; others are converted to F32 and present names. The metadata of a manifest in the folder is kept.
     *
     * @throws InvalidModelException when the folder holds no model that can be served; every weight is read for this
     */
    public ModelVersion importFolder(Path source, String name) throws IOException {
        return importFolder(source, name, false);
    }

    /**
     * The same.
     *
     * @param half whether weights are rounded to half precision (F16), in half the space
     * @throws InvalidModelException also when a weight is beyond half precision, or all don't fit into Java's memory
     */
    public ModelVersion importFolder(Path source, String name, boolean half) throws IOException {
        FolderImport brought = FolderImport.of(source, half);
        return publish(name, brought::writeTo, brought.metadata());
    }

    /**
     * Copies a version and its manifest to a folder that diffusers and {@link #importFolder} open.
     *
     * @param target created if it does not exist; must hold none of the files
     */
    public void exportFolder(ModelVersion version, Path target) throws IOException {
        for (String path : version.manifest().files().keySet()) {
            Path copy = target.resolve(path);
            Files.createDirectories(target.resolve(path + "/..").normalize());
            Files.copy(version.folder().resolve(path), copy, LinkOption.NOFOLLOW_LINKS);
        }
        Files.copy(version.folder().resolve(Manifest.FILE), target.resolve(Manifest.FILE));
    }

    private ModelMissingException noModel(String name) throws IOException {
        return new ModelMissingException("there is no model " + name + ", must be one of " + models());
    }

    ModelFolder folder(String name) {
        return new ModelFolder(requireName(name), root.resolve(name));
    }

    /** @throws IllegalArgumentException when the name is not valid */
    static String requireName(String name) {
        if (!Names.isName(name)) {
            throw new IllegalArgumentException("model name \"" + name + "\" must be " + Names.ALLOWED);
        }
        return name;
    }
}
