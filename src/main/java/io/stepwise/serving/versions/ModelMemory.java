package io.stepwise.serving.versions;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepwise.repository.FolderState;
import io.stepwise.repository.ModelVersion;
import io.stepwise.serving.request.VersionRefusedException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The versions in memory, within a budget: what is loaded for a request makes the least recently used of those leave that
 * nobody uses.
 *
 * <p>INVARIANT: a version that was told to leave is closed after its last lease, and not before.
 *
 * <p>One thread calls what loads and frees; what only looks may be called by any.
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

    /** Who decides what is loaded. */
    interface Owner {
        /** Whether {@code model} must not leave for the sake of another. */
        boolean keeps(LoadedModel model);

        /** {@code model} has left. */
        void evicted(LoadedModel model);

        /** {@code model} has no leases now; called by whoever gave back the last one, at once. */
        void idle(LoadedModel model);

        /** {@code model} was told to leave and has no leases any more: {@link #free} it; called likewise. */
        void unused(LoadedModel model);
    }

    /**
     * Why a version is loaded.
     *
     * @param replaced what leaves once it is loaded, so that its memory doesn't count; null for nothing
     * @param must whether it is loaded beyond the budget too
     * @param patient whether to wait until a folder that was refused, and has changed since, has come to rest
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

    /** Bytes of all that is in memory, on each device. */
    long bytes() {
        return inMemory.stream().mapToLong(LoadedModel::bytes).sum();
    }

    boolean has(ModelVersion version) {
        return usable.containsKey(version);
    }

    /**
     * {@code version}, which is loaded where it isn't yet.
     *
     * @throws VersionRefusedException when it can't be
     * @throws NoRoomException when it can't be now
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
            long start = System.nanoTime();
            long bytes = loader.bytes(version);
            makeRoom(version, bytes, demand);
            ServedModel model = thread.call(() -> loader.load(version));
            LoadedModel loaded = new LoadedModel(model, bytes, owner::idle, owner::unused);
            usable.put(version, loaded);
            inMemory.add(loaded);
            refusals.forget(version);
            metrics.loaded(model, System.nanoTime() - start);
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

    /** Those that may leave, but {@code spared}. */
    private Stream<LoadedModel> idle(@Nullable LoadedModel spared) {
        return usable.values().stream().filter(model -> model != spared && model.isIdle() && !owner.keeps(model));
    }

    /** Has models leave that nobody uses, until so many bytes are free or there are no more; the bytes that are. */
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

    /** Whether {@link #trim} would do something; for any thread. */
    boolean isTooMuch() {
        return bytes() > budget && idle(null).findAny().isPresent();
    }

    /** Comes back within the budget, as far as models but {@code spared} are not used. */
    void trim(@Nullable LoadedModel spared) {
        evict(bytes() - budget, spared);
    }

    /** Refuses what would find no room either if all others were gone. */
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

    /** Has {@code model} leave after its last lease. */
    void retire(LoadedModel model) {
        usable.remove(model.version());
        if (model.retire()) {
            free(model);
        }
    }

    /** Gives the memory of {@code model} back, which has no leases and was told to leave. */
    void free(LoadedModel model) {
        ModelVersion version = model.version();
        inMemory.remove(model);
        if (!usable.containsKey(version)) {
            metrics.unloaded(version);
        }
        model.model().close();
        LOG.debugf("%s has left memory", model);
    }

    /** From now on loading takes little of a processor that others want. */
    void yieldToOthers() {
        thread.lowerPriority();
    }

    /** Frees all. Nobody computes any more. */
    @Override
    public void close() {
        thread.close();
        usable.clear();
        List.copyOf(inMemory).forEach(this::free);
    }
}
