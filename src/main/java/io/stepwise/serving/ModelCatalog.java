package io.stepwise.serving;

import io.stepwise.model.Network;
import io.stepwise.model.UNet;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.ModelIntake;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelSettings;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.NetworkFolder;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.VersionArchive;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.serving.ModelDescription.ImageSize;
import io.stepwise.serving.engine.TooLargeException;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import io.stepwise.serving.request.VersionRefusedException;
import io.stepwise.serving.versions.LoadedModel;
import io.stepwise.serving.versions.ModelLabels;
import io.stepwise.serving.versions.ModelLookup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Describes the models of the repository and changes their served versions. Descriptions read the disk. Thread-safe.
 */
public final class ModelCatalog implements ModelDirectory {
    private final ModelRepository repository;
    private final ModelLookup models;
    private final Executor executor;

    /** @param executor reads the disk */
    ModelCatalog(ModelRepository repository, ModelLookup models, Executor executor) {
        this.repository = repository;
        this.models = models;
        this.executor = executor;
    }

    /** All models, sorted by name. */
    public List<ModelDescription> models() throws IOException {
        return repository.models().stream().map(this::describe).toList();
    }

    /**
     * The description of one model.
     *
     * @throws UnknownModelException when there is no such model
     */
    public ModelDescription model(String name) throws IOException {
        models.version(name, null);
        ModelSettings settings;
        String trouble = models.trouble(name);
        try {
            settings = repository.settings(name);
        } catch (IOException e) {
            settings = ModelSettings.DEFAULTS;
            trouble = e.getMessage();
        }
        List<ModelVersion> versions = repository.versions(name);
        ModelVersion served = served(name, settings, versions);
        return new ModelDescription(
                name,
                name.equals(models.defaultModel()),
                served == null ? null : served.number(),
                settings.servedVersion(),
                settings.description(),
                labels(served, settings),
                size(served),
                VersionDescription.kindOf(served),
                trouble,
                versions.stream().map(version -> state(version, served)).toList());
    }

    /** The served version; for a model that is not in memory, the version that would be served, as far as known. */
    private @Nullable ModelVersion served(String name, ModelSettings settings, List<ModelVersion> versions) {
        LoadedModel serving = models.serving(name);
        if (serving != null) {
            return serving.version();
        }
        Integer pinned = settings.servedVersion();
        return versions.stream()
                .filter(version -> pinned == null ? !version.isCandidate() : version.number() == pinned)
                .filter(version -> models.refusal(version) == null)
                .reduce((older, newer) -> newer)
                .orElse(null);
    }

    private ModelDescription.Version state(ModelVersion version, @Nullable ModelVersion served) {
        return new ModelDescription.Version(
                version.number(), version.equals(served), models.isLoaded(version), models.refusal(version));
    }

    private static List<String> labels(@Nullable ModelVersion served, ModelSettings settings) {
        try {
            return served == null
                    ? settings.labels()
                    : labels(served, served.network().classes(), settings).names();
        } catch (IOException e) {
            return settings.labels();
        }
    }

    private static ModelLabels labels(ModelVersion version, @Nullable Integer classes, ModelSettings settings)
            throws IOException {
        return ModelLabels.of(classes, ownOr(settings, version.manifest().metadata()));
    }

    private static List<String> ownOr(ModelSettings settings, VersionMetadata metadata) {
        return metadata.labels().isEmpty() ? settings.labels() : metadata.labels();
    }

    private static @Nullable ImageSize size(@Nullable ModelVersion served) {
        try {
            return served == null ? null : size(served.network());
        } catch (IOException e) {
            return null;
        }
    }

    /** The size of its images; null if the configuration leaves it open. */
    private static @Nullable ImageSize size(NetworkFolder folder) throws IOException {
        if (folder instanceof PipelineFolder pipeline) {
            return size(pipeline.unetConfig());
        }
        Network net = folder.network();
        return new ImageSize(net.width(), net.height());
    }

    private static @Nullable ImageSize size(UNetConfig config) {
        Integer width = config.sampleWidth();
        Integer height = config.sampleHeight();
        return width == null || height == null ? null : new ImageSize(width, height);
    }

    /**
     * The description of a version, even of one that cannot be loaded.
     *
     * @throws UnknownModelException when there is no such model
     * @throws VersionNotFoundException when it has no such version
     */
    public VersionDescription version(String name, int number) throws IOException {
        ModelVersion version = models.version(name, number);
        ModelDescription.Version state = model(name).versions().stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseGet(() -> state(version, null));
        Manifest manifest = null;
        VersionDescription.Network unet = null;
        VersionDescription.Scheduler scheduler = null;
        VersionDescription.Generator generator = null;
        try {
            manifest = version.manifest();
            if (version.network() instanceof PipelineFolder pipeline) {
                unet = network(pipeline.unetConfig());
                scheduler = VersionDescription.Scheduler.of(pipeline.schedulerConfig());
            } else {
                generator = VersionDescription.Generator.of(version.network().network());
            }
        } catch (IOException | IllegalArgumentException e) {
            state = state.refused() == null ? state.refusedFor(e.getMessage()) : state;
        }
        return new VersionDescription(name, state, manifest, unet, scheduler, generator);
    }

    private static VersionDescription.Network network(UNetConfig config) {
        return new VersionDescription.Network(
                UNet.of(config).parameterCount(),
                size(config),
                config.inChannels(),
                config.outChannels(),
                config.blockOutChannels(),
                config.layersPerBlock(),
                config.downBlockTypes(),
                config.upBlockTypes(),
                config.numClassEmbeds());
    }

    /** The folder of the models; what is uploaded goes to its disk. */
    public Path root() {
        return repository.root();
    }

    @Override
    public List<String> names() throws IOException {
        return repository.models();
    }

    @Override
    public List<Integer> versions(String model) throws IOException {
        models.version(model, null); // throws when there is no such model
        return repository.versions(model).stream().map(ModelVersion::number).toList();
    }

    @Override
    public ModelCard card(@Nullable String model, @Nullable Integer number) throws IOException {
        String name = model == null ? models.defaultModel() : model;
        ModelVersion version = models.version(name, number);
        ModelSettings settings = repository.settings(name);
        if (number == null) {
            version = served(name, settings, repository.versions(name));
            if (version == null) {
                throw new InvalidModelException("no version of " + name + " can be served");
            }
        }
        Network net = version.network().network();
        ModelLabels labels = labels(version, net.classes(), settings);
        return new ModelCard(
                name,
                version.number(),
                version.manifest().created(),
                labels.names(),
                net.height(),
                net.width(),
                net.channels());
    }

    /**
     * Changes the served version of a model for good; completes when that version serves.
     *
     * @param number null means the newest, now and in future
     * @param precondition throws if nothing must change; it is shown the model as it is just before the change
     * @return fails with {@link UnknownModelException} or {@link VersionNotFoundException}, or with {@link
     *     VersionRefusedException} when the version cannot be loaded; nothing has changed then
     */
    public CompletableFuture<ModelDescription> serve(
            String name, @Nullable Integer number, Consumer<ModelDescription> precondition) {
        return models.serve(name, number, () -> precondition.accept(model(name)))
                .thenApplyAsync(served -> describe(name), executor);
    }

    private ModelDescription describe(String name) {
        try {
            return model(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Imports a version while its files arrive, if it can be served.
     *
     * @param files unpacks them into a folder
     * @param from the origin of the files, in words for people
     * @param request the request that brings them, for idempotency; or null
     * @throws InvalidModelException when they are not a model that can be served; nothing is left of them then
     * @throws IllegalArgumentException when the name is not valid
     */
    public ModelIntake.Taken take(
            String name, ModelRepository.FolderWriter files, String from, ModelIntake.@Nullable Request request)
            throws IOException {
        return new ModelIntake(repository)
                .take(name, files, from, (network, metadata) -> checkUse(name, network, metadata), request);
    }

    /** The checks that loading would make, except that of the budget for weights. */
    private void checkUse(String name, NetworkFolder folder, VersionMetadata metadata) throws IOException {
        try {
            Network net = folder.network();
            ModelLabels.of(net.classes(), ownOr(repository.settings(name), metadata));
            models.footprint(net).check();
        } catch (TooLargeException e) {
            throw new InvalidModelException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * A version as an archive.
     *
     * @throws UnknownModelException when there is no such model
     * @throws VersionNotFoundException when it has no such version
     */
    public VersionArchive archive(String name, int number) throws IOException {
        return VersionArchive.of(models.version(name, number));
    }

    /**
     * Deletes a version for good; completes when it is gone. Requests that have begun with it end with it.
     *
     * @return fails with {@link UnknownModelException} or {@link VersionNotFoundException}, or with {@link
     *     IllegalStateException} when the version is served or pinned
     */
    public CompletableFuture<Boolean> delete(String name, int number) {
        return models.delete(name, number);
    }
}
