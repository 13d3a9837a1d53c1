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
 * A deep backlog of equal requests on the product, in turn with the raw loop at its best batch size. The product is compared
 * with the mean of the raw loop just before and just after it, as the speed of shared machines drifts.
 *
 * @param steps of every request
 * @param rawBatch the raw loop's batch size
 * @param engineBatch the batch size that the product's engines chose; NaN when it does not say
 * @param meanRows rows per step of the product
 * @param rounds what was measured, in turn
 */
record Saturated(int steps, int rawBatch, double engineBatch, double meanRows, List<Round> rounds) implements Finding {
    private static final int STEPS = 20;
    private static final int ROUNDS = 15;
    private static final Duration LEAD = Duration.ofSeconds(2);
    private static final Duration SLICE = Duration.ofSeconds(4);

    /**
     * Row-steps per second of both.
     *
     * @param stepLevelRowStepsPerS as the product counts them
     * @param completedRowStepsPerS of the product's requests that were completed in the same seconds: coarser, but not
     *     its own word
     * @param rawRowStepsPerS mean of before and after
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

    /** Median over the rounds. */
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
