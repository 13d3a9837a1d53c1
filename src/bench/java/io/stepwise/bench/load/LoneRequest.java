package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request on the idle product compared with the same number of one-row steps in the raw loop. The runs alternate,
 * and the product is compared with the mean of the raw runs just before and after it, because the speed of shared
 * machines drifts.
 *
 * @param steps steps of both
 * @param rounds the measurements in order
 */
record LoneRequest(int steps, List<Round> rounds) implements Finding {
    private static final int STEPS = 50;
    private static final int WARM_UP = 2;
    private static final int ROUNDS = 101;

    /**
     * The times of both in milliseconds.
     *
     * @param rawMs mean of the raw runs before and after
     */
    record Round(double stepLevelMs, double rawMs) {
        double ratio() {
            return stepLevelMs / rawMs;
        }
    }

    LoneRequest {
        rounds = List.copyOf(rounds);
    }

    static LoneRequest measure(Testbed bed) throws InterruptedException {
        List<Round> rounds = new ArrayList<>();
        double before = bed.raw().loneSeconds(STEPS);
        for (int i = -WARM_UP; i < ROUNDS; i++) {
            double served = LoneClient.seconds(bed.product().generator(), bed.plain(STEPS, i + WARM_UP));
            double after = bed.raw().loneSeconds(STEPS);
            if (i >= 0) {
                rounds.add(new Round(1e3 * served, 1e3 * (before + after) / 2));
            }
            before = after;
        }
        return new LoneRequest(STEPS, rounds);
    }

    /** The median over the rounds. */
    double ratio() {
        return Distribution.of(rounds.stream().map(Round::ratio).toList()).median();
    }

    @Override
    public String name() {
        return "lone_request";
    }

    @Override
    public Map<String, @Nullable Double> headlines() {
        return Map.of("lone_request_ratio", ratio());
    }

    @Override
    public String text() {
        return String.format(
                Locale.ROOT,
                "Lone request: %.3f of the raw loop's time (%.2f over %.2f ms for %d steps, medians of %d rounds)%n",
                ratio(),
                Distribution.of(rounds.stream().map(Round::stepLevelMs).toList())
                        .median(),
                Distribution.of(rounds.stream().map(Round::rawMs).toList()).median(),
                steps,
                rounds.size());
    }
}
