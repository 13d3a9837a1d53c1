package io.stepwise.serving.engine;

import io.stepwise.torchscript.Gpus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * How images are computed.
 *
 * @param engines how many compute side by side, 1 or more; each GPU has one, a processor as many as told
 * @param threads native threads of each, 1 or more
 * @param maxBatch rows of the network's batch at most, 1 or more
 * @param queueCapacity images that may be on their way or wait, 1 or more
 * @param stretch how much longer than alone a request may take for the sake of fuller batches, above 1
 * @param longestWait how long a request without a deadline is kept, above 0
 * @param cache folder in which step times are kept for the next start; null if they are not kept
 * @param int8 names of the models whose convolutions are computed in int8 where it holds
 */
public record EngineSettings(
        int engines,
        int threads,
        int maxBatch,
        int queueCapacity,
        double stretch,
        Duration longestWait,
        @Nullable Path cache,
        Set<String> int8) {

    /** The stretch where nothing else is said. */
    public static final double DEFAULT_STRETCH = 2.2;

    /** The longest wait where nothing else is said, in ISO 8601. */
    public static final String DEFAULT_LONGEST_WAIT = "PT10M";

    /** The same with {@link #DEFAULT_LONGEST_WAIT}, without a cache, and all models in float32. */
    public EngineSettings(int engines, int threads, int maxBatch, int queueCapacity, double stretch) {
        this(engines, threads, maxBatch, queueCapacity, stretch, Duration.parse(DEFAULT_LONGEST_WAIT), null, Set.of());
    }

    /** @throws IllegalArgumentException naming the component, its value and its range */
    public EngineSettings {
        check("engines", engines, 1);
        check("threads", threads, 1);
        check("maxBatch", maxBatch, 1);
        check("queueCapacity", queueCapacity, 1);
        if (!(stretch > 1)) {
            throw new IllegalArgumentException("stretch " + stretch + " must be above 1");
        }
        if (longestWait.isZero() || longestWait.isNegative()) {
            throw new IllegalArgumentException("longestWait " + longestWait + " must be above 0");
        }
        int8 = Set.copyOf(int8);
    }

    /** How many engines there are where nothing else is said: one per GPU, else as many as the processors have threads for. */
    public static int enginesHere(int threads) {
        int gpus = Gpus.count();
        return gpus > 0 ? gpus : Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
    }

    /** Threads that make noise ahead, on processors that no engine uses; null if there are none. The caller ends them. */
    public @Nullable ExecutorService noiseHelpers() {
        int busy = Gpus.count() > 0 ? engines : engines * threads;
        int free = Math.min(4, Runtime.getRuntime().availableProcessors() - busy);
        return free <= 0
                ? null
                : Executors.newFixedThreadPool(free, task -> {
                    Thread thread = new Thread(task, "noise");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** The folder for caches where nothing else is said: {@code stepwise} in that of the XDG Base Directory Specification. */
    public static Path cacheHere() {
        String folder = System.getenv("XDG_CACHE_HOME");
        Path own = Path.of(System.getProperty("user.home"), ".cache");
        return (folder == null || !folder.startsWith("/") ? own : Path.of(folder)).resolve("stepwise");
    }

    private static void check(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " " + value + " must be " + least + " or more");
        }
    }
}
