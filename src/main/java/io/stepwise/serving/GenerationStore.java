package io.stepwise.serving;

import io.stepwise.repository.KeyReusedException;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps generations for clients that ask for them again: those that no client waits for, and those with an idempotency
 * key. Each is kept in memory for some time after its end. Thread-safe.
 *
 * <p>INVARIANT: at most {@code most} finished generations are kept; the one that finished first goes first.
 */
public final class GenerationStore {
    private static final int REMEMBERED = 10_000;

    private final Generator generator;
    private final Duration keep;
    private final int most;
    private final InstantSource clock;
    private final Map<String, OngoingGeneration> kept = new LinkedHashMap<>(); // guarded by this, as all fields below
    private final Map<String, Keyed> keys = new HashMap<>();
    private final Set<String> gone = new LinkedHashSet<>();

    private record Keyed(String fingerprint, OngoingGeneration generation) {}

    /** The generation existed, and has expired or was deleted. */
    public static final class GoneException extends RuntimeException {
        GoneException(String id) {
            super("generation " + id + " has expired or was deleted");
        }
    }

    /**
     * @param keep how long a generation is kept after its end
     * @param most the number of finished generations kept, at least 1
     */
    public GenerationStore(Generator generator, Duration keep, int most, InstantSource clock) {
        this.generator = generator;
        this.keep = keep;
        this.most = most;
        this.clock = clock;
    }

    /** How long a generation is kept after its end. */
    public Duration keep() {
        return keep;
    }

    /**
     * Starts a generation that is kept.
     *
     * @param prepared receives the generation before it begins
     */
    public OngoingGeneration start(GenerationRequest request, int previewEvery, Consumer<OngoingGeneration> prepared) {
        return OngoingGeneration.start(generator, request, previewEvery, clock, made -> {
            synchronized (this) {
                clean();
                kept.put(made.id(), made);
            }
            prepared.accept(made);
        });
    }

    /**
     * The generation that was started with {@code key}; empty if there is none or it failed.
     *
     * @param key unique among clients
     * @param fingerprint equal for equal requests
     * @throws KeyReusedException when the key belongs to another request
     */
    public synchronized Optional<OngoingGeneration> find(String key, String fingerprint) {
        clean();
        Keyed known = keys.get(key);
        if (known == null || known.generation.failure() != null) {
            return Optional.empty();
        }
        if (!known.fingerprint.equals(fingerprint)) {
            throw new KeyReusedException();
        }
        return Optional.of(known.generation);
    }

    /** As {@link #start}; a request with the same key finds this generation from now on. */
    public OngoingGeneration start(
            String key,
            String fingerprint,
            GenerationRequest request,
            int previewEvery,
            Consumer<OngoingGeneration> prepared) {
        return start(request, previewEvery, made -> {
            synchronized (this) {
                keys.put(key, new Keyed(fingerprint, made));
            }
            prepared.accept(made);
        });
    }

    /**
     * The generation with that id.
     *
     * @return empty when no such generation is known
     * @throws GoneException when it has expired or was deleted
     */
    public synchronized Optional<OngoingGeneration> find(String id) {
        clean();
        OngoingGeneration found = kept.get(id);
        if (found == null && gone.contains(id)) {
            throw new GoneException(id);
        }
        return Optional.ofNullable(found);
    }

    /** Deletes the generation with that id, and cancels it if it is unfinished. */
    public void delete(OngoingGeneration generation) {
        synchronized (this) {
            forget(generation);
        }
        generation.cancel();
    }

    /** The time when it expires; null while it is unfinished. */
    public @Nullable Instant expires(OngoingGeneration generation) {
        Instant ended = generation.ended();
        return ended == null ? null : ended.plus(keep);
    }

    private void clean() {
        Instant now = clock.instant();
        long over = kept.values().stream().filter(each -> each.ended() != null).count();
        for (OngoingGeneration each : kept.values().toArray(OngoingGeneration[]::new)) {
            Instant expires = expires(each);
            if (expires != null && (expires.isBefore(now) || over > most)) {
                forget(each);
                over--;
            }
        }
    }

    private void forget(OngoingGeneration generation) {
        if (kept.remove(generation.id()) != null) {
            keys.values().removeIf(keyed -> keyed.generation == generation);
            gone.add(generation.id());
            Iterator<String> eldest = gone.iterator();
            while (gone.size() > REMEMBERED) {
                eldest.next();
                eldest.remove();
            }
        }
    }
}
