package io.stepwise.serving.versions;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelSettings;
import io.stepwise.repository.ModelVersion;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.VersionRefusedException;
import io.stepwise.serving.versions.ModelMemory.Demand;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Decides which version of each model is served, and follows the repository: it loads the next version beside the
 * served one, then swaps them. A request keeps the version that it began with, by a {@link Lease}; a replaced version
 * leaves memory with its last lease. A version that cannot be loaded changes nothing: with {@code "latest"}, the newest
 * version that can be loaded is served.
 *
 * <p>INVARIANT: the served version of a model changes by one write to a map. Only the thread of a {@link LoadQueue}
 * writes; any thread may read.
 */
final class HotReload implements ModelMemory.Owner {
    private static final Logger LOG = Logger.getLogger(HotReload.class);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final int SHOWN = 400; // characters

    private final ModelRepository repository;
    private final String defaultModel;
    private final LoadQueue queue;
    private final FailedVersions refusals;
    private final ModelMemory loaded;
    private final Map<ModelReference, LoadedModel> found = new ConcurrentHashMap<>();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();

    /** What a request may name. A null version means the served one. */
    record ModelReference(String model, @Nullable Integer version) {}

    /** @param defaultModel is never evicted in favour of another model */
    HotReload(
            ModelRepository repository,
            String defaultModel,
            VersionLoader loader,
            LoadQueue queue,
            FailedVersions refusals,
            long memory,
            MeterRegistry registry) {
        this.repository = repository;
        this.defaultModel = defaultModel;
        this.queue = queue;
        this.refusals = refusals;
        loaded = new ModelMemory(loader, refusals, registry, memory, this);
        loaded.metrics().registerTroubled(troubles::size);
    }

    /** The model in memory that a request names; null if it is not in memory. */
    @Nullable
    LoadedModel find(ModelReference reference) {
        return found.get(reference);
    }

    /** The served version of {@code model}; null if none is served or it is not in memory. */
    @Nullable
    LoadedModel serving(String model) {
        return found.get(new ModelReference(model, null));
    }

    /** Names of the models that are served from memory. */
    Set<String> models() {
        Stream<ModelReference> all = found.keySet().stream();
        return all.filter(key -> key.version == null).map(ModelReference::model).collect(Collectors.toSet());
    }

    /** The reason why {@code model} is not served as configured; null if it is, or is not in memory. */
    @Nullable
    String trouble(String model) {
        return troubles.get(model);
    }

    /**
     * The served version of {@code model}, loaded if necessary.
     *
     * @throws NotReadyException when no version can be served
     */
    LoadedModel serve(String model) throws NoRoomException {
        look(model);
        LoadedModel serving = serving(model);
        if (serving == null) {
            throw new NotReadyException("Model " + model + " can't be served: " + troubles.get(model) + ".", RETRY);
        }
        return serving;
    }

    /**
     * A version that a request names by its number.
     *
     * @throws VersionRefusedException when it cannot be loaded
     */
    LoadedModel load(ModelVersion version) throws NoRoomException {
        LoadedModel model = loaded.get(version, new Demand(null, false, true));
        found.put(new ModelReference(version.model(), version.number()), model);
        return model;
    }

    /** Serves the configured version of {@code model}, or the best one that can be loaded. */
    void look(String model) throws NoRoomException {
        LoadedModel current = serving(model);
        String before = trouble(model);
        List<String> reasons = new ArrayList<>();
        try {
            refusals.forgetGone();
            ModelSettings settings = repository.settings(model);
            Iterator<ModelVersion> wanted = wanted(model, settings.servedVersion(), current);
            if (!wanted.hasNext()) {
                reasons.add("the repository has no such model, or only candidates");
            }
            boolean serves = false;
            while (!serves && wanted.hasNext()) {
                serves = tryToServe(wanted.next(), current, reasons);
            }
            LoadedModel serving = serving(model);
            if (serving != null) {
                serving.model().relabel(settings.labels());
            }
        } catch (IOException | RuntimeException e) {
            reasons.add(shortened(e));
        } finally {
            note(model, reasons);
            tell(model, before);
        }
    }

    /** The versions that may be served, best first: the one that {@code model.json} names, or all releases. */
    private Iterator<ModelVersion> wanted(String model, @Nullable Integer pinned, @Nullable LoadedModel current)
            throws IOException {
        if (pinned != null) {
            return List.of(repository.version(model, pinned)).iterator();
        }
        return repository
                .releases(model)
                .filter(version -> current == null
                        || version.number() >= current.version().number()
                        || current.version().isCandidate() // or deleted, and not only out of reach
                        || Files.notExists(current.version().folder()))
                .iterator();
    }

    private boolean tryToServe(ModelVersion version, @Nullable LoadedModel current, List<String> reasons)
            throws NoRoomException {
        try {
            boolean must = version.model().equals(defaultModel);
            LoadedModel next = loaded.get(version, new Demand(current, must, true));
            note(version.model(), reasons);
            if (next != current) {
                swap(current, next);
            }
            return true;
        } catch (VersionRefusedException e) {
            reasons.add(shortened(e));
            return false;
        } catch (NoRoomException e) {
            reasons.add(shortened(e));
            throw e;
        }
    }

    /** The start of a long message, for status pages; the log has all of it. */
    private static String shortened(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.length() <= SHOWN ? message : message.substring(0, SHOWN) + "…";
    }

    private void swap(@Nullable LoadedModel current, LoadedModel next) {
        ModelVersion version = next.version();
        found.put(new ModelReference(version.model(), null), next);
        loaded.metrics().serving(version.model(), version.number());
        String instead =
                current == null ? "" : " instead of " + current.version().number();
        LOG.infof("serving %s%s", next, instead);
        if (current != null && !found.containsValue(current)) { // requests do not use it by its number either
            loaded.retire(current);
            queue.roomMayBeFree();
        }
        loaded.trim(next);
    }

    private void note(String model, List<String> reasons) {
        troubles.compute(model, (key, before) -> reasons.isEmpty() ? null : String.join("; ", reasons));
    }

    private void tell(String model, @Nullable String before) {
        String trouble = trouble(model);
        if (trouble != null && !trouble.equals(before)) {
            LoadedModel serving = serving(model);
            LOG.warnf("model %s: %s; %s", model, trouble, serving == null ? "nothing serves" : serving + " serves");
        }
    }

    /**
     * Serves a version from now on, and writes that to {@code model.json}.
     *
     * @param latest whether {@code version} is the newest, and later versions shall be served too
     * @throws VersionRefusedException when it cannot be loaded; nothing changes then
     */
    LoadedModel pin(ModelVersion version, boolean latest) throws NoRoomException {
        String model = version.model();
        LoadedModel current = serving(model);
        LoadedModel next = loaded.get(version, new Demand(current, model.equals(defaultModel), false));
        try {
            repository.update(model, settings -> settings.withServedVersion(latest ? null : version.number()));
        } catch (IOException e) {
            if (!found.containsValue(next)) {
                loaded.retire(next);
            }
            throw new VersionRefusedException(model, version.number(), "model.json can't be changed: " + e);
        }
        note(model, List.of());
        if (next != current) {
            swap(current, next);
        }
        return next;
    }

    /**
     * Deletes a version that is not served. Requests that have begun with it end with it.
     *
     * @throws IllegalStateException when it is served or pinned
     */
    boolean delete(ModelVersion version) throws IOException {
        String model = version.model();
        LoadedModel serving = serving(model);
        if (serving == null) {
            repository.delete(model, version.number());
        } else if (serving.version().equals(version)) {
            throw new IllegalStateException(serving + " is serving, serve another first");
        } else {
            repository.delete(model, version.number(), serving.version().number());
        }
        Optional.ofNullable(found.remove(new ModelReference(model, version.number())))
                .ifPresent(loaded::retire);
        return true;
    }

    /** All versions in memory. */
    ModelMemory loaded() {
        return loaded;
    }

    /** Frees all versions. The engines have ended before. */
    void close() {
        loaded.close();
    }

    @Override
    public boolean keeps(LoadedModel model) {
        return model == serving(defaultModel);
    }

    @Override
    public void evicted(LoadedModel model) {
        String name = model.version().model();
        if (model == serving(name)) {
            troubles.remove(name);
            loaded.metrics().unserved(name);
        }
        found.values().removeIf(other -> other == model);
    }

    @Override
    public void idle(LoadedModel model) {
        queue.roomMayBeFree();
        if (loaded.isTooMuch()) {
            queue.later(() -> loaded.trim(null));
        }
    }

    @Override
    public void unused(LoadedModel model) {
        queue.later(() -> {
            loaded.free(model);
            queue.roomMayBeFree();
        });
    }

    @Override
    public void untimed(LoadedModel model) {
        queue.later(() -> loaded.time(model));
    }
}
