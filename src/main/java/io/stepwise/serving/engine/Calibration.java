package io.stepwise.serving.engine;

import ai.djl.engine.EngineException;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.sampling.Row;
import io.stepwise.sampling.StepLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Warms a loop up at every batch size it will run at, times a step at each, and holds the sizes to the promise that a
 * seed gives one image in every batch: a size at which a row comes out with other bits is not run at.
 *
 * <p>INVARIANT: the sizes that are left agree with each other to the bit, in every place of the batch, whether they come from
 * {@link #first} or from {@link #measure}.
 */
public final class Calibration {
    private static final Logger LOG = Logger.getLogger(Calibration.class);
    private static final int ROUNDS = 5;
    private static final double BUDGET_SECONDS = 4;

    private final StepLoop loop;
    private final Trajectory trajectory;
    private final int label;
    private final LongSupplier clock;

    /**
     * @param trial a trajectory of so many steps, all of which call the network
     * @param label a class that the network takes
     * @param clock nanoseconds, see {@link #clock}
     */
    public Calibration(StepLoop loop, IntFunction<Trajectory> trial, int label, LongSupplier clock) {
        this.loop = loop;
        this.label = label;
        this.clock = clock;
        trajectory = trial.apply(1 + ROUNDS);
    }

    /**
     * What steps are timed with. Where the calling thread does all the work itself that is the time it has had a processor
     * for, so that a version that is loaded beside running engines isn't thought slow.
     */
    public static LongSupplier clock(boolean onGpu, int threads) {
        ThreadMXBean mine = ManagementFactory.getThreadMXBean();
        return onGpu || threads > 1 || !mine.isCurrentThreadCpuTimeSupported()
                ? System::nanoTime
                : mine::getCurrentThreadCpuTime;
    }

    /** One batch size: rows that are all the same, and the fewest nanoseconds a step has taken so far. */
    private final class Trial {
        private final List<Row> rows;
        private float[] state = {};
        private double least = Double.POSITIVE_INFINITY;

        Trial(int size) {
            rows = IntStream.range(0, size)
                    .mapToObj(i -> new Row(trajectory, 0, 0, label, 1))
                    .toList();
        }

        int size() {
            return rows.size();
        }

        /** Takes a step; what disturbs it can only make it longer. */
        void step() {
            long start = clock.getAsLong();
            loop.step(rows);
            state = loop.state(rows.get(0)); // waits for the device
            least = Math.min(least, clock.getAsLong() - start);
        }

        void check() throws InvalidModelException {
            try {
                step();
            } catch (EngineException e) {
                String reason = String.valueOf(e.getMessage());
                if (reason.contains("memory")) {
                    throw e;
                }
                String last =
                        reason.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line); // of a trace
                throw new InvalidModelException("the network can't take a step: " + last.strip(), e);
            }
            for (float value : state) {
                if (!Float.isFinite(value)) {
                    throw new InvalidModelException("the network makes " + value + " of noise, must be finite");
                }
            }
        }

        void close() {
            rows.forEach(Row::close);
        }

        boolean isTheSameInAllPlaces() {
            return rows.stream().allMatch(row -> Arrays.equals(loop.state(row), state));
        }
    }

    /**
     * Takes a step of one row and one of two, to show that the network can, and times them.
     *
     * @param most rows of a batch at most
     * @param exact whether one row is left out if it has other bits than two
     * @throws InvalidModelException when the network can't, or numbers come out that are not finite
     * @throws EngineException when it was memory that lacked
     */
    public StepTimes first(int most, boolean exact) throws InvalidModelException {
        List<Trial> trials =
                IntStream.rangeClosed(1, Math.min(2, most)).mapToObj(Trial::new).toList();
        try {
            for (Trial trial : trials) {
                trial.check();
            }
            return times(exact ? agreeing(trials) : trials);
        } finally {
            trials.forEach(Trial::close);
        }
    }

    /** A few steps, uncounted; fewer if they take long. */
    public void warmUp(int size) {
        Trial trial = new Trial(size);
        long end = clock.getAsLong() + (long) (1e9 * BUDGET_SECONDS);
        while (!trial.rows.get(0).isDone() && clock.getAsLong() < end) {
            trial.step();
        }
        trial.close();
    }

    /**
     * Measures sizes up to {@code most}; the largest are left out where measuring them would take too long. The sizes
     * take turns, so that a disturbance doesn't hit one of them alone.
     *
     * @param exact whether sizes with other bits are left out
     */
    public StepTimes measure(int most, boolean exact) {
        warmUp(Math.min(2, most));
        long end = clock.getAsLong() + (long) (1e9 * BUDGET_SECONDS);
        List<Trial> trials = new ArrayList<>();
        try {
            for (int size : StepTimes.sizesUpTo(most)) {
                if (size > 2 && clock.getAsLong() > end) {
                    LOG.infof("batches of %d and more are not used: measuring them takes too long", size);
                    break;
                }
                Trial trial = new Trial(size);
                trials.add(trial);
                trial.step();
            }
            List<Trial> kept = exact ? agreeing(trials) : trials;
            for (int round = 0; round < ROUNDS && (round == 0 || clock.getAsLong() < end); round++) {
                kept.forEach(Trial::step);
            }
            return times(kept);
        } finally {
            trials.forEach(Trial::close);
        }
    }

    private static StepTimes times(List<Trial> trials) {
        return new StepTimes(
                trials.stream().mapToInt(Trial::size).toArray(),
                trials.stream().mapToDouble(trial -> trial.least).toArray());
    }

    /**
     * Those that are the same in all places and have the bits of two rows, or of one row if two differ from each other: images
     * may have been made of one or two rows already, see {@link #first}.
     */
    private static List<Trial> agreeing(List<Trial> trials) {
        List<Trial> even = trials.stream().filter(Trial::isTheSameInAllPlaces).toList();
        Trial reference = even.stream().filter(trial -> trial.size() <= 2).reduce(trials.get(0), (one, two) -> two);
        List<Trial> kept = even.stream()
                .filter(trial -> Arrays.equals(trial.state, reference.state))
                .toList();
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
}
