package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A deep backlog of equal requests on the product compared with the raw loop at its best batch size. The runs
 * alternate, and the product is compared with the mean of the raw runs just before and after it, because the speed of
 * shared machines drifts.
 *
 * @param steps steps of every request
 * @param rawBatch batch size of the raw loop
 * @param engineBatch batch size that the product's engines chose; NaN if it is not reported
 * @param meanRows mean rows per step of the product
 * @param rounds the measurements in order
 */
record Saturated(int steps, int rawBatch, double engineBatch, double meanRows, List<Round> rounds) implements Finding {
    private static final int STEPS = 20;
    private static final int ROUNDS = 15;
    private static final Duration LEAD = Duration.ofSeconds(2);
    private static final Duration SLICE = Duration.ofSeconds(4);

    /**
     * The row-steps per second of both.
     *
     * @param stepLevelRowStepsPerS counted by the product
     * @param completedRowStepsPerS computed from the product's requests that were completed in the same time: less
     *     exact, but independent of the product's counters
     * @param rawRowStepsPerS mean of the raw runs before and after
     */
    record Round(double stepLevelRowStepsPerS, double completedRowStepsPerS, double rawRowStepsPerS) {
        double ratio() {
            return stepLevelRowStepsPerS / rawRowStepsPerS;
        }
    }

    Saturated {
        rounds = List.copyOf(rounds);
    }

    static Saturated measure(Testbed bed) throws InterruptedException {
        int batch = bed.rates().best().batch();
        StepMeter counted = StepMeter.NONE;
        List<Round> rounds = new ArrayList<>();
        double before = bed.raw().rate(batch, SLICE);
        for (int i = 0; i < ROUNDS; i++) {
            Served served = served(bed);
            double after = bed.raw().rate(batch, SLICE);
            rounds.add(new Round(served.rowStepsPerS(), served.completedRowStepsPerS(), (before + after) / 2));
            counted = counted.plus(served.counted());
            before = after;
        }
        double chosen = StepMeter.batch(bed.registry());
        return new Saturated(STEPS, batch, chosen, counted.rows() / counted.steps(), rounds);
    }

    private record Served(StepMeter counted, double seconds, int completions) {
        double rowStepsPerS() {
            return counted.rows() / seconds;
        }

        double completedRowStepsPerS() {
            return STEPS * completions / seconds;
        }
    }

    private static Served served(Testbed bed) throws InterruptedException {
        try (ClosedLoop backlog = bed.backlog(bed.product(), STEPS)) {
            Thread.sleep(LEAD.toMillis());
            StepMeter before = StepMeter.read(bed.registry());
            int done = backlog.completions();
            long start = System.nanoTime();
            Thread.sleep(SLICE.toMillis());
            StepMeter counted = StepMeter.read(bed.registry()).since(before);
            return new Served(counted, (System.nanoTime() - start) / 1e9, backlog.completions() - done);
        }
    }

    /** The median over the rounds. */
    double ratio() {
        return Distribution.of(rounds.stream().map(Round::ratio).toList()).median();
    }

    double occupancy() {
        return meanRows / engineBatch;
    }

    @Override
    public String name() {
        return "saturated";
    }

    @Override
    public Map<String, @Nullable Double> headlines() {
        Map<String, @Nullable Double> headlines = new LinkedHashMap<>();
        headlines.put("saturated_ratio", ratio());
        headlines.put("occupancy", occupancy());
        return headlines;
    }

    @Override
    public String text() {
        double served = Distribution.of(
                        rounds.stream().map(Round::stepLevelRowStepsPerS).toList())
                .median();
        double raw = Distribution.of(rounds.stream().map(Round::rawRowStepsPerS).toList())
                .median();
        return String.format(
                Locale.ROOT,
                "Saturated: %.3f of the raw loop (%.0f of %.0f row-steps/s; %d rounds of %d s each, %d-step requests,"
                        + " raw batch %d)%n  occupancy %.3f (%.1f rows per step, batch %.0f)%n",
                ratio(),
                served,
                raw,
                rounds.size(),
                SLICE.toSeconds(),
                steps,
                rawBatch,
                occupancy(),
                meanRows,
                engineBatch);
    }
}
