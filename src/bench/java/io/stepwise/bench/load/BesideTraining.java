package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The same requests on the product, in turn with and without a training job on the same processors.
 *
 * @param load load relative to the best rate of the raw loop
 * @param alone results without the job
 * @param beside results with the job
 */
record BesideTraining(double load, Waits alone, Waits beside) implements Finding {
    private static final int SEGMENTS = 3;
    private static final int STEPS = 20;
    private static final double LOAD = 0.5;

    /**
     * The latencies of requests.
     *
     * @param requests number of requests
     * @param unanswered requests that were refused, failed or abandoned
     * @param p50Ms latency
     * @param p99Ms latency
     */
    record Waits(int requests, long unanswered, double p50Ms, double p99Ms) {
        static Waits of(List<PlayedArrival> played) {
            Distribution latency = Latencies.millis(played);
            long unanswered = played.stream().filter(one -> !one.completed()).count();
            return new Waits(played.size(), unanswered, latency.percentile(50), latency.percentile(99));
        }
    }

    static BesideTraining measure(Testbed bed, TrainingJob job) throws IOException, InterruptedException {
        double seconds = bed.options().seconds() / (2 * SEGMENTS);
        List<PlayedArrival> alone = new ArrayList<>();
        List<PlayedArrival> beside = new ArrayList<>();
        for (int segment = 0; segment < SEGMENTS; segment++) {
            Trace trace = trace(bed, seconds, segment);
            alone.addAll(play(bed, trace));
            try (TrainingJob.Running running = job.start()) {
                beside.addAll(play(bed, trace));
            }
        }
        return new BesideTraining(LOAD, Waits.of(alone), Waits.of(beside));
    }

    private static Trace trace(Testbed bed, double seconds, int segment) {
        return Trace.even(
                number -> Arrival.plain(Duration.ZERO, STEPS, number, bed.label()),
                bed.options().seed() + segment,
                LOAD * bed.capacity() * seconds,
                Duration.ofNanos((long) (seconds * 1e9)));
    }

    private static List<PlayedArrival> play(Testbed bed, Trace trace) throws InterruptedException {
        return LoadPlayer.play(bed.product().generator(), trace, trace.window()).requests();
    }

    @Override
    public String name() {
        return "beside_training";
    }

    @Override
    public Map<String, @Nullable Double> headlines() {
        Map<String, @Nullable Double> headlines = new LinkedHashMap<>();
        headlines.put("training_p50_ratio", beside.p50Ms / alone.p50Ms);
        headlines.put("training_p99_ratio", beside.p99Ms / alone.p99Ms);
        return headlines;
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Requests of %d steps at %.0f %% load, with and without a training job beside: p50 %.2f, p99 %.2f times%n"
                        + "                requests  unanswered    p50 ms    p99 ms%n",
                STEPS,
                100 * load,
                beside.p50Ms / alone.p50Ms,
                beside.p99Ms / alone.p99Ms));
        line(text, "alone", alone);
        line(text, "beside", beside);
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Waits waits) {
        text.append(String.format(
                Locale.ROOT,
                "  %-12s %9d %11d %9.1f %9.1f%n",
                name,
                waits.requests,
                waits.unanswered,
                waits.p50Ms,
                waits.p99Ms));
    }
}
