package io.stepwise.bench.load;

import io.stepwise.bench.load.RequestBatching.Batching;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Plays mixed requests at several loads. The trace of each load is cut into segments. Every segment is played on all
 * systems in turn, so that a temporary disturbance of the machine affects all of them equally.
 */
final class MixedSweep {
    private static final double LEAST_SEGMENT_SECONDS = 10;
    private static final double SEGMENT_OF_LONGEST = 5;

    /** Share of the time in which requests arrive; in the rest the player waits for answers. */
    static final double WINDOW = 0.7;

    private final Testbed bed;
    private final List<LoadLevel> levels;
    private final SoloLatency solo;

    private MixedSweep(Testbed bed, List<LoadLevel> levels, SoloLatency solo) {
        this.bed = bed;
        this.levels = levels;
        this.solo = solo;
    }

    /** Draws or reads the traces, writes them if requested, and measures the solo latencies. */
    static MixedSweep prepare(Testbed bed) throws IOException, InterruptedException {
        LoadBenchOptions options = bed.options();
        Path trace = options.trace();
        List<LoadLevel> levels = trace == null ? drawn(bed) : TraceFile.read(trace);
        Path out = options.traceOut();
        if (out != null) {
            TraceFile.write(out, levels);
        }
        return new MixedSweep(
                bed, levels, solo(bed, levels.stream().map(LoadLevel::trace).toList()));
    }

    /** Measures the solo latencies of all kinds in the mix and in {@code traces}. */
    static SoloLatency solo(Testbed bed, List<Trace> traces) throws InterruptedException {
        Set<SoloLatency.Kind> kinds = traces.stream()
                .flatMap(trace -> trace.arrivals().stream())
                .map(SoloLatency.Kind::of)
                .collect(Collectors.toCollection(HashSet::new));
        for (int n : new int[] {1, 4}) {
            kinds.add(new SoloLatency.Kind(n, false));
            if (bed.mix().guides()) {
                kinds.add(new SoloLatency.Kind(n, true));
            }
        }
        return SoloLatency.measure(bed.product().generator(), kinds, bed.label());
    }

    private static List<LoadLevel> drawn(Testbed bed) {
        LoadBenchOptions options = bed.options();
        double seconds = WINDOW * options.seconds() / options.loads().size() / MixedFinding.SYSTEMS.size();
        List<LoadLevel> levels = new ArrayList<>();
        for (double load : options.loads()) {
            double work = load * bed.capacity() * seconds;
            Duration window = Duration.ofNanos((long) (seconds * 1e9));
            levels.add(new LoadLevel(load, Trace.draw(bed.mix(), options.seed() + levels.size(), work, window)));
        }
        return levels;
    }

    SoloLatency solo() {
        return solo;
    }

    /**
     * Plays the sweep.
     *
     * @param batching batching of the tuned request-level system
     */
    MixedFinding run(Batching batching, Consumer<String> progress) throws InterruptedException {
        try (ServingSystem tuned = bed.requestLevel(MixedFinding.SYSTEMS.get(1), batching);
                ServingSystem single = bed.requestLevel(MixedFinding.SYSTEMS.get(2), Batching.NONE)) {
            List<SystemLoad> results = new ArrayList<>();
            for (LoadLevel level : levels) {
                progress.accept("mixed requests at load " + level.load());
                results.addAll(played(level, List.of(bed.product(), tuned, single)));
            }
            return new MixedFinding(bed.options().objective(), results);
        }
    }

    /** The length of a segment: so long that its start on an idle system matters little. */
    private double segmentSeconds() {
        int longest = TraceMix.CLASSES.get(TraceMix.CLASSES.size() - 1);
        return Math.max(LEAST_SEGMENT_SECONDS, SEGMENT_OF_LONGEST * solo.seconds(longest));
    }

    /** The time to wait for the last answers of {@code trace}. */
    static Duration patience(Trace trace) {
        return Duration.ofNanos((long) (trace.window().toNanos() * (1 - WINDOW) / WINDOW));
    }

    private List<SystemLoad> played(LoadLevel level, List<ServingSystem> systems) throws InterruptedException {
        Map<ServingSystem, List<Playback>> played = new LinkedHashMap<>();
        double seconds = level.trace().window().toNanos() / 1e9;
        for (Trace part : level.trace().cut(Math.max(1, (int) (seconds / segmentSeconds())))) {
            for (ServingSystem system : systems) {
                played.computeIfAbsent(system, none -> new ArrayList<>())
                        .add(LoadPlayer.play(system.generator(), part, patience(part)));
            }
        }
        List<SystemLoad> results = new ArrayList<>();
        for (int i = 0; i < systems.size(); i++) {
            results.add(SystemLoad.of(
                    MixedFinding.SYSTEMS.get(i),
                    level.load(),
                    played.getOrDefault(systems.get(i), List.of()),
                    solo,
                    bed.options().objective()));
        }
        return results;
    }
}
