package io.stepwise.bench.load;

import io.stepwise.bench.load.RequestBatching.Batching;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Searches for the batching with which request-level batching performs best on this machine: first the batch size at a
 * medium delay, then the delay. The score of a candidate is its goodput at {@value #LOAD} of the capacity; all
 * candidates get the same trace.
 *
 * @param batchImages the best batch size
 * @param delayMs the best delay
 * @param tried all candidates
 */
record BatchTuning(int batchImages, long delayMs, List<Candidate> tried) implements Finding {
    private static final List<Integer> SIZES = List.of(1, 2, 4, 8, 16);
    private static final List<Integer> DELAYS = List.of(0, 5, 20, 100); // milliseconds
    private static final int FIRST_DELAY = 5;
    private static final double LOAD = 0.7;

    /** The score of a candidate: requests per second answered within the objective. */
    record Candidate(int batchImages, long delayMs, double goodputPerS) {}

    BatchTuning {
        tried = List.copyOf(tried);
    }

    /**
     * Runs the search.
     *
     * @param seconds largest total time
     */
    static BatchTuning search(Testbed bed, SoloLatency solo, double seconds) throws InterruptedException {
        int candidates = SIZES.size() + DELAYS.size() - 1;
        double window = seconds / candidates * MixedSweep.WINDOW;
        Trace trace =
                Trace.draw(bed.mix(), bed.options().seed() - 1, LOAD * bed.capacity() * window, Duration.ofNanos((long)
                        (window * 1e9)));
        List<Candidate> tried = new ArrayList<>();
        for (int size : SIZES) {
            tried.add(tried(bed, solo, trace, size, FIRST_DELAY));
        }
        int size = best(tried).batchImages();
        for (int delay : DELAYS) {
            if (delay != FIRST_DELAY) {
                tried.add(tried(bed, solo, trace, size, delay));
            }
        }
        Candidate best = best(tried);
        return new BatchTuning(best.batchImages(), best.delayMs(), tried);
    }

    private static Candidate tried(Testbed bed, SoloLatency solo, Trace trace, int size, int delay)
            throws InterruptedException {
        try (ServingSystem system = bed.requestLevel("candidate", new Batching(size, Duration.ofMillis(delay)))) {
            Playback played = LoadPlayer.play(system.generator(), trace, MixedSweep.patience(trace));
            int good = SystemLoad.good(played.requests(), solo, bed.options().objective());
            return new Candidate(size, delay, good * 1e9 / trace.window().toNanos());
        }
    }

    private static Candidate best(List<Candidate> tried) {
        Candidate best = tried.get(0);
        for (Candidate other : tried) {
            best = other.goodputPerS() > best.goodputPerS() ? other : best;
        }
        return best;
    }

    /** The best candidate. */
    Batching batching() {
        return new Batching(batchImages, Duration.ofMillis(delayMs));
    }

    @Override
    public String name() {
        return "request_level_tuning";
    }

    @Override
    public Map<String, @Nullable Double> headlines() {
        return Map.of();
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "Request-level batching tuned: %d images, %d ms; tried", batchImages, delayMs));
        for (Candidate one : tried) {
            text.append(String.format(
                    Locale.ROOT, " %d/%d ms: %.1f/s", one.batchImages(), one.delayMs(), one.goodputPerS()));
        }
        return text.append('\n').toString();
    }
}
