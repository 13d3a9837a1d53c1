package io.stepwise.serving.versions;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepwise.repository.FolderState;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.serving.request.VersionRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The versions in memory, within a budget. Loading a version for a request evicts the least recently used versions that
 * have no lease.
 *
 * <p>INVARIANT: a retired version is closed after its last lease, and not before.
 *
 * <p>One thread calls the methods that load and free; any thread may call the methods that only read.
 */
final class ModelMemory implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ModelMemory.class);

    private final VersionLoader loader;
    private final FailedVersions refusals;
    private final ModelMetrics metrics;
    private final long budget;
    private final Owner owner;
    private final LoadingThread thread = new LoadingThread();
    private final Map<ModelVersion, LoadedModel> usable = new ConcurrentHashMap<>();
    private final Set<LoadedModel> inMemory = ConcurrentHashMap.newKeySet();

    /** Decides which versions are loaded. */
    interface Owner {
        /** Whether {@code model} must not be evicted. */
        boolean keeps(LoadedModel model);

        /** {@code model} was evicted. */
        void evicted(LoadedModel model);

        /** {@code model} has no lease now. Called at once by the thread that closed the last one. */
        void idle(LoadedModel model);

        /**
         * {@code model} was retired and has no lease any more: {@link #free} it. Called at once by the thread that
         * closed the last one.
         */
        void unused(LoadedModel model);

        /** {@code model} may serve, and its batch sizes are still to be timed: {@link #time} it soon. */
        void untimed(LoadedModel model);
    }

    /**
     * The reason for loading a version.
     *
     * @param replaced the version that leaves once this one is loaded, so that its memory does not count; or null
     * @param must whether it is loaded even beyond the budget
     * @param patient whether to wait until the folder of a refused version is no longer written to
     */
    record Demand(@Nullable LoadedModel replaced, boolean must, boolean patient) {}

    /** @param budget bytes on each device */
    ModelMemory(VersionLoader loader, FailedVersions refusals, MeterRegistry registry, long budget, Owner owner) {
        this.loader = loader;
        this.refusals = refusals;
        this.budget = budget;
        this.owner = owner;
        metrics = new ModelMetrics(registry, this::bytes, budget);
    }

    ModelMetrics metrics() {
        return metrics;
    }

    /** Bytes of all versions in memory, on each device. */
    long bytes() {
        return inMemory.stream().mapToLong(LoadedModel::bytes).sum();
    }

    boolean has(ModelVersion version) {
        return usable.containsKey(version);
    }

    /**
     * {@code version}, loaded if it is not yet in memory.
     *
     * @throws VersionRefusedException when it cannot be loaded
     * @throws NoRoomException when there is no room now
     */
    LoadedModel get(ModelVersion version, Demand demand) throws NoRoomException {
        LoadedModel known = usable.get(version);
        return known != null ? known : load(version, demand);
    }

    private LoadedModel load(ModelVersion version, Demand demand) throws NoRoomException {
        FolderState folder = new FolderState(Map.of());
        try {
            folder = FolderState.of(version.folder());
            if (refusals.stands(version, folder, demand.patient)) {
                throw refused(version, String.valueOf(refusals.reason(version)));
            }
            requireLife(version, demand);
            long start = System.nanoTime();
            long bytes = loader.bytes(version);
            makeRoom(version, bytes, demand);
            ServedModel model = loadMarked(version, demand.replaced != null);
            LoadedModel loaded = new LoadedModel(model, bytes, owner::idle, owner::unused);
            usable.put(version, loaded);
            inMemory.add(loaded);
            refusals.forget(version);
            tellIfWorse(version);
            metrics.loaded(model, System.nanoTime() - start);
            owner.untimed(loaded);
            return loaded;
        } catch (VersionRefusedException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            String reason = refusals.add(version, folder, e);
            metrics.refused(version.model());
            LOG.warnf("%s version %d is refused: %s", version.model(), version.number(), reason);
            LOG.debug("refused", e);
            throw refused(version, reason);
        }
    }

    /** Leaves alone for a while what a process before this one died of; an operator may ask for it nevertheless. */
    private void requireLife(ModelVersion version, Demand demand) throws LoadMark.DiedException {
        boolean known = refusals.reason(version) != null;
        int deaths = known || !demand.patient ? 0 : LoadMark.deaths(version);
        if (deaths > 0) {
            throw new LoadMark.DiedException(version, deaths);
        }
    }

    /** @param timed whether to time it first: another version serves meanwhile, in batches of the best size */
    private ServedModel loadMarked(ModelVersion version, boolean timed) throws IOException {
        try (LoadMark mark = LoadMark.set(version)) {
            return thread.call(() -> timed ? loader.load(version) : loader.loadUntimed(version));
        }
    }

    private static void tellIfWorse(ModelVersion version) throws IOException {
        String worse = version.manifest().metadata().attributes().get(VersionMetadata.WORSE);
        if (worse != null) {
            LOG.warnf("%s may be worse than the version before: %s", version, worse);
        }
    }

    private static VersionRefusedException refused(ModelVersion version, String reason) {
        return new VersionRefusedException(version.model(), version.number(), reason);
    }

    private void makeRoom(ModelVersion version, long bytes, Demand demand) throws NoRoomException {
        LoadedModel replaced = demand.replaced;
        long missing = bytes() + bytes - budget - (replaced == null ? 0 : replaced.bytes());
        long most = idle(replaced).mapToLong(LoadedModel::bytes).sum();
        if (missing <= most || demand.must) {
            missing -= evict(missing, replaced);
        }
        if (missing > 0 && !demand.must) {
            requireBudget(version, bytes);
            throw new NoRoomException("There is no room in memory for model " + version.model() + " version "
                    + version.number() + ": the models that are there are in use.");
        }
    }

    /** The versions that may be evicted, except {@code spared}. */
    private Stream<LoadedModel> idle(@Nullable LoadedModel spared) {
        return usable.values().stream().filter(model -> model != spared && model.isIdle() && !owner.keeps(model));
    }

    /** Evicts unused versions until {@code bytes} are free or none is left; returns the free bytes. */
    private long evict(long missing, @Nullable LoadedModel spared) {
        long freed = 0;
        for (LoadedModel model : idle(spared)
                .sorted(Comparator.comparingLong(LoadedModel::lastUsed))
                .toList()) {
            if (freed < missing && model.retireIfIdle()) {
                LOG.infof("%s leaves memory, it was used least recently", model);
                usable.remove(model.version());
                owner.evicted(model);
                free(model);
                freed += model.bytes();
            }
        }
        return freed;
    }

    /** Whether {@link #trim} would evict something. Any thread may call this. */
    boolean isTooMuch() {
        return bytes() > budget && idle(null).findAny().isPresent();
    }

    /** Evicts unused versions other than {@code spared} until the budget holds. */
    void trim(@Nullable LoadedModel spared) {
        evict(bytes() - budget, spared);
    }

    /** Refuses a version that would find no room even if all others were evicted. */
    private void requireBudget(ModelVersion version, long bytes) {
        long others = inMemory.stream()
                .filter(owner::keeps)
                .mapToLong(LoadedModel::bytes)
                .sum();
        if (bytes + others > budget) {
            throw refused(
                    version,
                    "its weights take " + bytes + " bytes, must be at most " + Math.max(0, budget - others)
                            + ", what stepwise.engine.memory leaves beside the default model");
        }
    }

    /** Retires {@code model}: it leaves memory after its last lease. */
    void retire(LoadedModel model) {
        usable.remove(model.version());
        if (model.retire()) {
            free(model);
        }
    }

    /** Frees the memory of {@code model}, which was retired and has no lease. */
    void free(LoadedModel model) {
        ModelVersion version = model.version();
        inMemory.remove(model);
        if (!usable.containsKey(version)) {
            metrics.unloaded(version);
        }
        model.model().close();
        LOG.debugf("%s has left memory", model);
    }

    /** Times the batch sizes of {@code model}, if that is still to be done and it is in memory. */
    void time(LoadedModel model) {
        try {
            if (inMemory.contains(model)) {
                thread.call(() -> {
                    model.model().time();
                    return model;
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: timing reads no files", e);
        }
    }

    /** From now on loading takes little of a processor that engines want. */
    void yieldToOthers() {
        thread.lowerPriority();
    }

    /** Frees all versions. */
    @Override
    public void close() {
        thread.close();
        usable.clear();
        List.copyOf(inMemory).forEach(this::free);
    }
}
