package io.stepwise.serving;

import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The models that are loaded. One thread of its own looks into the repository, loads and warms up, so that neither
 * callers nor engines wait for the disk; what is loaded stays loaded.
 *
 * <p>A name is looked up in the repository again when its last answer is a second old, while that answer still serves.
 */
final class Models implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Models.class);
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final ModelRepository repository;
    private final String defaultModel;
    private final EngineSettings settings;
    private final @Nullable Executor helpers;
    private final Map<ModelVersion, ServedModel> loaded = new LinkedHashMap<>(); // of the loader's thread
    private final Map<Asked, Found> found = new ConcurrentHashMap<>();
    private final ExecutorService loader = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "model-loader");
        thread.setDaemon(true);
        return thread;
    });

    private record Asked(String model, @Nullable Integer version) {}

    private record Found(ServedModel model, long at) {
        boolean isFresh() {
            return System.nanoTime() - at < FRESH.toNanos();
        }
    }

    /**
     * @param defaultModel the one meant where no name is given
     * @param helpers make noise ahead, or null
     */
    Models(ModelRepository repository, String defaultModel, EngineSettings settings, @Nullable Executor helpers) {
        this.repository = repository;
        this.defaultModel = defaultModel;
        this.settings = settings;
        this.helpers = helpers;
    }

    /**
     * The model of that name and version; at once where it is loaded.
     *
     * @param name null means the default model
     * @param version null means the version that is served
     */
    CompletableFuture<ServedModel> find(@Nullable String name, @Nullable Integer version) {
        Asked asked = new Asked(name == null ? defaultModel : name, version);
        Found known = found.get(asked);
        if (known == null) {
            return look(asked);
        }
        if (version == null && !known.isFresh()) {
            Found again = new Found(known.model, System.nanoTime());
            if (found.replace(asked, known, again)) {
                look(asked).whenComplete((model, failure) -> {
                    if (failure != null) {
                        LOG.warnf(failure, "%s goes on serving: the served version can't be loaded", known.model);
                    }
                });
            }
        }
        return CompletableFuture.completedFuture(known.model);
    }

    private CompletableFuture<ServedModel> look(Asked asked) {
        CompletableFuture<ServedModel> result = new CompletableFuture<>();
        try {
            loader.execute(() -> {
                try {
                    ServedModel model = load(version(asked));
                    found.put(asked, new Found(model, System.nanoTime()));
                    result.complete(model);
                } catch (IOException | RuntimeException | Error e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(NotReadyException.stopping());
        }
        return result;
    }

    private ModelVersion version(Asked asked) throws IOException {
        if (asked.version == null) {
            return served(asked.model);
        }
        try {
            return repository.version(asked.model, asked.version);
        } catch (io.stepwise.repository.ModelNotFoundException e) {
            served(asked.model); // says so when there is no such model at all
            throw new VersionNotFoundException(
                    asked.model,
                    asked.version,
                    repository.versions(asked.model).stream()
                            .map(ModelVersion::number)
                            .toList());
        }
    }

    private ModelVersion served(String model) throws IOException {
        try {
            return repository.served(model);
        } catch (io.stepwise.repository.ModelNotFoundException | IllegalArgumentException e) {
            throw new ModelNotFoundException(model, repository.models());
        }
    }

    private ServedModel load(ModelVersion version) throws IOException {
        ServedModel model = loaded.get(version);
        if (model == null) {
            model = ServedModel.load(repository, version, settings, helpers);
            loaded.put(version, model);
        }
        return model;
    }

    /** Waits for what is being loaded and frees every model. The engines have ended before. */
    @Override
    public void close() throws InterruptedException {
        loader.shutdown();
        if (!loader.awaitTermination(1, TimeUnit.MINUTES)) {
            LOG.warn("a model is still being loaded");
        }
        loaded.values().forEach(ServedModel::close);
    }
}
