package io.stepwise.serving.versions;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepwise.model.Network;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.engine.Footprint;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.Readiness;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import io.stepwise.serving.request.VersionRefusedException;
import io.stepwise.serving.versions.HotReload.ModelReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Finds the model of a request. A model in memory is one look into a map; everything else is done by the thread of a
 * {@link LoadQueue}. The default model and all models in memory follow their folders in the repository, see {@link
 * HotReload}.
 */
public final class ModelLookup implements AutoCloseable {
    private final ModelRepository repository;
    private final String defaultModel;
    private final EngineSettings settings;
    private final Executor lookups;
    private final FailedVersions refusals = new FailedVersions(System::nanoTime);
    private final LoadQueue queue = new LoadQueue(System::nanoTime);
    private final HotReload versions;
    private final RepositoryWatch watch;
    private final Map<ModelReference, CompletableFuture<LoadedModel>> loading = new ConcurrentHashMap<>();
    private final AtomicBoolean lookComing = new AtomicBoolean();
    private volatile boolean started;

    /**
     * Begins to load the default model.
     *
     * @param defaultModel the model of requests that name none
     * @param helpers make noise ahead of the steps, or null
     * @param lookups runs the look into the repository for what a request names
     */
    public ModelLookup(
            ModelRepository repository,
            String defaultModel,
            EngineSettings settings,
            ReloadSettings reload,
            MeterRegistry registry,
            @Nullable Executor helpers,
            Executor lookups) {
        this.repository = repository;
        this.defaultModel = defaultModel;
        this.settings = settings;
        this.lookups = lookups;
        VersionLoader loader = new VersionLoader(repository, settings, helpers);
        versions = new HotReload(repository, defaultModel, loader, queue, refusals, reload.memory(), registry);
        watch = new RepositoryWatch(reload.interval(), this::folders, this::lookSoon);
        lookSoon();
        watch.start();
    }

    /**
     * A lease on a model version; at once if it is in memory. The caller closes the lease.
     *
     * @param name null means the default model
     * @param version null means the served version
     */
    public CompletableFuture<Lease> find(@Nullable String name, @Nullable Integer version) {
        return find(new ModelReference(name == null ? defaultModel : name, version));
    }

    private CompletableFuture<Lease> find(ModelReference reference) {
        LoadedModel known = versions.find(reference);
        Lease lease = known == null ? null : known.lease();
        return lease != null
                ? CompletableFuture.completedFuture(lease)
                : load(reference).thenCompose(model -> lease(reference, model));
    }

    private CompletableFuture<Lease> lease(ModelReference reference, LoadedModel model) {
        Lease lease = model.lease();
        return lease != null ? CompletableFuture.completedFuture(lease) : find(reference);
    }

    /** Loads the model that {@code reference} names; requests for the same reference share one load. */
    private CompletableFuture<LoadedModel> load(ModelReference reference) {
        CompletableFuture<LoadedModel> mine = new CompletableFuture<>();
        CompletableFuture<LoadedModel> others = loading.putIfAbsent(reference, mine);
        if (others != null) {
            return others;
        }
        mine.whenComplete((model, failure) -> loading.remove(reference));
        whenThere(
                reference,
                version -> reference.version() == null ? versions.serve(reference.model()) : versions.load(version),
                mine);
        return mine;
    }

    /**
     * Changes the served version of a model, in {@code model.json} too; completes when that version serves.
     *
     * @param number null means the newest, now and in future
     * @param before is checked before anything changes; nothing changes when it throws
     * @return fails with {@link VersionRefusedException} when the version cannot be loaded; nothing changes then
     */
    public CompletableFuture<LoadedModel> serve(String model, @Nullable Integer number, Precondition before) {
        CompletableFuture<LoadedModel> result = new CompletableFuture<>();
        whenThere(
                new ModelReference(model, number),
                version -> {
                    before.check();
                    return versions.pin(version, number == null);
                },
                result);
        return result;
    }

    /** A precondition, checked by the thread that changes the served version, so that nothing can come between. */
    public interface Precondition {
        /** Throws if the precondition does not hold. */
        void check() throws IOException;
    }

    /**
     * Deletes a version for good; completes when it is gone.
     *
     * @return fails with {@link IllegalStateException} when the version is served or pinned
     */
    public CompletableFuture<Boolean> delete(String model, int number) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        whenThere(new ModelReference(model, number), versions::delete, result);
        return result;
    }

    /** One action of the loading thread on a version. */
    private interface Step<T> {
        T with(ModelVersion version) throws IOException, NoRoomException;
    }

    /** Completes {@code result} with the outcome of {@code step}, if there is such a model and version. */
    private <T> void whenThere(ModelReference reference, Step<T> step, CompletableFuture<T> result) {
        try {
            lookups.execute(() -> {
                try {
                    ModelVersion version = version(reference.model(), reference.version());
                    queue.submit(() -> step.with(version)).whenComplete((model, failure) -> {
                        if (failure == null) {
                            result.complete(model);
                        } else {
                            result.completeExceptionally(failure);
                        }
                    });
                } catch (IOException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(NotReadyException.stopping());
        }
    }

    /**
     * A version in the repository; null means the newest that is no candidate, if there is one.
     *
     * @throws UnknownModelException when there is no such model
     * @throws VersionNotFoundException when it has no such version
     */
    public ModelVersion version(String model, @Nullable Integer number) throws IOException {
        List<ModelVersion> all;
        try {
            all = repository.versions(model);
        } catch (IllegalArgumentException e) {
            all = List.of(); // not a valid name
        }
        if (all.isEmpty()) {
            throw new UnknownModelException(model, repository.models());
        }
        if (number == null) {
            return repository.releases(model).findFirst().orElse(all.get(all.size() - 1));
        }
        List<Integer> numbers = all.stream().map(ModelVersion::number).toList();
        int place = numbers.indexOf(number);
        if (place < 0) {
            throw new VersionNotFoundException(model, number, numbers);
        }
        return all.get(place);
    }

    /** Looks at all models that matter. Any thread may call this. */
    private void lookSoon() {
        queue.roomMayBeFree(); // and fails the tasks that have waited too long
        if (!lookComing.getAndSet(true)) {
            queue.submit(() -> {
                lookComing.set(false);
                look();
                if (!started) {
                    started = true;
                    queue.later(versions.loaded()::yieldToOthers); // once the default model's batch sizes are timed
                }
                return true;
            });
        }
    }

    private void look() {
        for (String model : watched()) {
            try {
                versions.look(model);
            } catch (NoRoomException e) {
                continue; // recorded there; the next look tries again
            }
        }
    }

    private Set<String> watched() {
        Set<String> models = new HashSet<>(versions.models());
        models.add(defaultModel);
        return models;
    }

    private Set<Path> folders() {
        Set<Path> folders = new HashSet<>(Set.of(repository.root()));
        watched().forEach(model -> folders.add(repository.path(model)));
        return folders;
    }

    /** The served version of {@code model}; null if none is served or it is not in memory. */
    @Nullable
    public LoadedModel serving(String model) {
        return versions.serving(model);
    }

    /** The reason why {@code model} is not served as configured; null if it is, or is not in memory. */
    @Nullable
    public String trouble(String model) {
        return versions.trouble(model);
    }

    /** The reason why {@code version} cannot be loaded; null if none is known. */
    @Nullable
    public String refusal(ModelVersion version) {
        return refusals.reason(version);
    }

    public boolean isLoaded(ModelVersion version) {
        return versions.loaded().has(version);
    }

    /** What serving {@code net} takes here. */
    public Footprint footprint(Network net) {
        return new Footprint(net, settings);
    }

    public String defaultModel() {
        return defaultModel;
    }

    /** Whether the default model is served. */
    public Readiness readiness() {
        LoadedModel serving = serving(defaultModel);
        String trouble = trouble(defaultModel);
        if (serving != null) {
            return new Readiness(true, true, "Serving " + serving + (trouble == null ? "." : "; " + trouble + "."));
        }
        return trouble == null
                ? new Readiness(started, false, "Loading model " + defaultModel + ".")
                : new Readiness(true, false, "Model " + defaultModel + " can't be served: " + trouble + ".");
    }

    /** Waits for the running load and frees every model. The engines have ended before. */
    @Override
    public void close() throws InterruptedException {
        watch.close();
        queue.close();
        versions.close();
    }
}
