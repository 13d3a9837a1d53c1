package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import io.stepwise.bench.load.PlayedArrival.Outcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends three times as many requests as the machine can serve. Measures whether the product refuses at once, serves the
 * accepted requests as well as before, and does not use more memory.
 *
 * @param seconds time in which requests arrived
 * @param refusedP50Ms time from the due time of a refused request to its refusal
 * @param refusedP99Ms as {@code refusedP50Ms}
 * @param reference result at 0.9 of the capacity, just before
 * @param overloaded result at three times the capacity
 * @param memory memory at the start, in the middle and at the end
 */
record Overload(
        double seconds,
        double refusedP50Ms,
        double refusedP99Ms,
        SystemLoad reference,
        SystemLoad overloaded,
        List<MemorySampler.Sample> memory)
        implements Finding {
    private static final double REFERENCE_LOAD = 0.9;
    private static final double LOAD = 3;
    private static final double MOST_REFERENCE_SECONDS = 120;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    Overload {
        memory = List.copyOf(memory);
    }

    static Overload measure(Testbed bed) throws InterruptedException {
        double seconds = bed.options().seconds();
        Trace before = trace(bed, REFERENCE_LOAD, Math.min(MOST_REFERENCE_SECONDS, Math.max(1, seconds / 4)));
        Trace trace = trace(bed, LOAD, seconds);
        SoloLatency solo = MixedSweep.solo(bed, List.of(before, trace));
        Playback normal = LoadPlayer.play(bed.product().generator(), before, PATIENCE);
        MemorySampler memory = new MemorySampler();
        Playback played;
        try (memory) {
            played = LoadPlayer.play(bed.product().generator(), trace, PATIENCE);
        }
        List<MemorySampler.Sample> all = memory.samples();
        Distribution refusals = Distribution.of(played.requests().stream()
                .filter(one -> one.outcome() == Outcome.REFUSED)
                .map(one -> 1e3 * one.seconds())
                .toList());
        return new Overload(
                seconds,
                refusals.percentile(50),
                refusals.percentile(99),
                result(bed, REFERENCE_LOAD, normal, solo),
                result(bed, LOAD, played, solo),
                List.of(all.get(0), all.get(all.size() / 2), all.get(all.size() - 1)));
    }

    private static Trace trace(Testbed bed, double load, double seconds) {
        Duration window = Duration.ofNanos((long) (seconds * 1e9));
        return Trace.draw(bed.mix(), bed.options().seed(), load * bed.capacity() * seconds, window);
    }

    private static SystemLoad result(Testbed bed, double load, Playback played, SoloLatency solo) {
        return SystemLoad.of(
                bed.product().name(), load, List.of(played), solo, bed.options().objective());
    }

    private double goodputRatio() {
        return overloaded.goodputPerS() / reference.goodputPerS();
    }

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public Map<String, @Nullable Double> headlines() {
        Map<String, @Nullable Double> headlines = new LinkedHashMap<>();
        headlines.put("overload_refused_p99_ms", refusedP99Ms);
        headlines.put("overload_goodput_ratio", goodputRatio());
        headlines.put(
                "overload_rss_growth", memory.get(2).rssMb() / memory.get(1).rssMb());
        return headlines;
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Overload: %.0f s at %.0f times the capacity, %d requests, %d refused within p50 %.2f ms, p99 %.2f ms%n"
                        + "  goodput %.1f/s, %.2f of the %.1f/s at load %.1f just before%n",
                seconds,
                LOAD,
                overloaded.requests(),
                overloaded.refused(),
                refusedP50Ms,
                refusedP99Ms,
                overloaded.goodputPerS(),
                goodputRatio(),
                reference.goodputPerS(),
                REFERENCE_LOAD));
        List<String> times = List.of("start", "middle", "end");
        for (int i = 0; i < times.size(); i++) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-6s heap %6.0f MiB, process %6.0f MiB%n",
                    times.get(i),
                    memory.get(i).heapMb(),
                    memory.get(i).rssMb()));
        }
        return text.toString();
    }
}
