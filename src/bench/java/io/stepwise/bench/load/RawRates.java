package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rates of the raw loop. Its best rate is the capacity to which loads are relative.
 *
 * @param batches for every batch size per worker, row-steps per second of all workers together
 * @param loneRowStepsPerS one row on one worker
 */
record RawRates(List<AtBatch> batches, double loneRowStepsPerS) implements Finding {
    private static final List<Integer> SIZES = List.of(1, 2, 4, 8, 16);
    private static final int ROUNDS = 5;
    private static final Duration SLICE = Duration.ofSeconds(1);

    /**
     * The rate at one batch size.
     *
     * @param batch rows of each worker
     * @param rowStepsPerS row-steps per second of all workers together, median over the rounds
     */
    record AtBatch(int batch, double rowStepsPerS) {}

    RawRates {
        batches = List.copyOf(batches);
        if (batches.isEmpty()) {
            throw new IllegalArgumentException("batches must not be empty");
        }
    }

    /** Measures all batch sizes in turn, round after round. */
    static RawRates measure(RawLoop raw) throws InterruptedException {
        List<List<Double>> rates = new ArrayList<>();
        SIZES.forEach(size -> rates.add(new ArrayList<>()));
        List<Double> lone = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < SIZES.size(); i++) {
                rates.get(i).add(raw.rate(SIZES.get(i), SLICE));
            }
            lone.add(raw.loneRate(SLICE));
        }
        List<AtBatch> batches = new ArrayList<>();
        for (int i = 0; i < SIZES.size(); i++) {
            batches.add(new AtBatch(SIZES.get(i), Distribution.of(rates.get(i)).median()));
        }
        return new RawRates(batches, Distribution.of(lone).median());
    }

    /** The highest rate. */
    AtBatch best() {
        AtBatch best = batches.get(0);
        for (AtBatch other : batches) {
            best = other.rowStepsPerS() > best.rowStepsPerS() ? other : best;
        }
        return best;
    }

    @Override
    public String name() {
        return "raw_loop";
    }

    @Override
    public Map<String, @Nullable Double> headlines() {
        return Map.of("capacity_row_steps_per_s", best().rowStepsPerS());
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder("Raw loop, row-steps per second of all workers together\n  batch");
        batches.forEach(one -> text.append(String.format(Locale.ROOT, " %9d", one.batch())));
        text.append("  one row, one worker\n       ");
        batches.forEach(one -> text.append(String.format(Locale.ROOT, " %8.0f ", one.rowStepsPerS())));
        return text.append(String.format(Locale.ROOT, " %8.0f%n", loneRowStepsPerS))
                .toString();
    }
}
