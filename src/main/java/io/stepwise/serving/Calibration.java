package io.stepwise.serving;

import io.stepwise.diffusion.Ddim;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Spacing;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Warms a loop up at every batch size it will run at, times a step at each, and holds the sizes to the promise that a
 * seed gives one image in every batch: a size at which a row comes out with other bits is not run at.
 *
 * <p>INVARIANT: the sizes that are left agree with each other to the bit, in every place of the batch.
 */
final class Calibration {
    private static final Logger LOG = Logger.getLogger(Calibration.class);
    private static final int TIMED = 3;
    private static final double BUDGET_SECONDS = 4;

    private final StepLoop loop;
    private final Trajectory trajectory;
    private final int label;

    /** @param label the class that means none */
    Calibration(StepLoop loop, DiscreteTime network, int label) {
        this.loop = loop;
        this.label = label;
        trajectory = Ddim.of(0, Spacing.TRAILING).trajectory(network, 1 + TIMED);
    }

    /** One size: its first step's result, and the nanoseconds of a step. */
    @SuppressWarnings("ArrayRecordComponent") // compared and forgotten
    private record Trial(int size, float[] state, double nanos) {}

    /** A few steps, uncounted. */
    void warmUp(int size) {
        run(rows(size));
    }

    /**
     * Measures sizes up to {@code most}; the largest are left out where measuring them would take too long.
     *
     * @param exact whether sizes with other bits are left out
     */
    StepTimes measure(int most, boolean exact) {
        warmUp(Math.min(2, most));
        long start = System.nanoTime();
        List<Trial> trials = new ArrayList<>();
        for (int size : StepTimes.sizesUpTo(most)) {
            if (size > 2 && System.nanoTime() - start > BUDGET_SECONDS * 1e9) {
                LOG.infof("batches of %d and more are not used: measuring them takes too long", size);
                break;
            }
            trials.add(trial(size));
        }
        List<Trial> kept = exact ? agreeing(trials) : trials;
        return new StepTimes(
                kept.stream().mapToInt(Trial::size).toArray(),
                kept.stream().mapToDouble(Trial::nanos).toArray());
    }

    /** Those that agree with the size that most agree with, and are the same in all places. */
    private static List<Trial> agreeing(List<Trial> trials) {
        List<Trial> even =
                trials.stream().filter(trial -> trial.state.length > 0).toList();
        List<Trial> kept = even.stream()
                .map(one -> even.stream()
                        .filter(other -> Arrays.equals(one.state, other.state))
                        .toList())
                .max((a, b) -> Integer.compare(a.size(), b.size()))
                .orElse(trials);
        if (kept.size() < trials.size()) {
            LOG.warnf(
                    "batches of %s rows are not used: there a seed would give other bits",
                    trials.stream()
                            .filter(trial -> !kept.contains(trial))
                            .map(Trial::size)
                            .toList());
        }
        return kept;
    }

    /** The state is empty where the places of the batch differ. */
    private Trial trial(int size) {
        List<Row> rows = rows(size);
        try {
            loop.step(rows);
            float[] state = loop.state(rows.get(0));
            boolean even = rows.stream().allMatch(row -> Arrays.equals(loop.state(row), state));
            return new Trial(size, even ? state : new float[0], run(rows));
        } finally {
            rows.forEach(Row::close);
        }
    }

    /** Takes rows to their end; the fewest nanoseconds of a step, which is the one that nothing else disturbed. */
    private double run(List<Row> rows) {
        double least = Double.POSITIVE_INFINITY;
        while (!rows.get(0).isDone()) {
            long start = System.nanoTime();
            loop.step(rows);
            loop.state(rows.get(0)); // waits for the device
            least = Math.min(least, System.nanoTime() - start);
        }
        rows.forEach(Row::close);
        return least;
    }

    private List<Row> rows(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> new Row(trajectory, 0, 0, label, 1))
                .toList();
    }
}
