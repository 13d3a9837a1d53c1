package io.stepwise.serving;

import io.stepwise.model.UNet;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.InvalidModelException;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The models of a repository. Which versions there are is looked up each time; what a version is never changes and is
 * read once.
 */
public final class RepositoryDirectory implements ModelDirectory {
    private final ModelRepository repository;
    private final String defaultModel;
    private final Map<ModelVersion, ModelCard> cards = new ConcurrentHashMap<>();

    /** @param defaultModel the one meant where no name is given */
    public RepositoryDirectory(ModelRepository repository, String defaultModel) {
        this.repository = repository;
        this.defaultModel = defaultModel;
    }

    @Override
    public List<String> models() throws IOException {
        return repository.models();
    }

    @Override
    public List<Integer> versions(String model) throws IOException {
        served(model); // says so when there is no such model
        return numbers(model);
    }

    @Override
    public ModelCard card(@Nullable String model, @Nullable Integer version) throws IOException {
        String name = model == null ? defaultModel : model;
        ModelVersion found = version == null ? served(name) : version(name, version);
        ModelCard known = cards.get(found);
        if (known == null) {
            known = read(found);
            cards.put(found, known);
        }
        return known;
    }

    private ModelVersion served(String model) throws IOException {
        try {
            return repository.served(model);
        } catch (io.stepwise.repository.ModelNotFoundException | IllegalArgumentException e) {
            throw new ModelNotFoundException(model, repository.models());
        }
    }

    private ModelVersion version(String model, int number) throws IOException {
        served(model); // says so when there is no such model at all
        try {
            return repository.version(model, number);
        } catch (io.stepwise.repository.ModelNotFoundException e) {
            throw new VersionNotFoundException(model, number, numbers(model));
        }
    }

    private List<Integer> numbers(String model) throws IOException {
        return repository.versions(model).stream().map(ModelVersion::number).toList();
    }

    private static ModelCard read(ModelVersion version) throws IOException {
        Manifest manifest = version.manifest();
        UNetConfig config = version.pipeline().unetConfig();
        UNet net = net(version, config);
        List<String> labels = ClassNames.of(net, manifest.metadata().labels());
        return new ModelCard(
                version.model(),
                version.number(),
                manifest.created(),
                labels,
                !labels.isEmpty() && !ClassNames.canBeLeftOut(net, labels),
                net.height(),
                net.width(),
                config.inChannels());
    }

    private static UNet net(ModelVersion version, UNetConfig config) throws InvalidModelException {
        try {
            return UNet.of(config);
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(version + ": " + e.getMessage(), e);
        }
    }
}
