package io.stepwise.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times several operations in turn, round after round, so that a temporary disturbance of the machine affects all of
 * them equally.
 */
final class Rounds {
    private static final int WARM_UP = 3;
    private static final int LEAST = 5;

    private final List<Runnable> work = new ArrayList<>();
    private final List<double[]> times = new ArrayList<>();

    /** Adds an operation and returns its number. */
    int add(Runnable piece) {
        work.add(piece);
        return work.size() - 1;
    }

    /**
     * Runs every operation a few times for warm-up, then measures for at least five rounds and {@code seconds} seconds.
     */
    void run(double seconds) {
        for (Runnable piece : work) {
            for (int i = 0; i < WARM_UP; i++) {
                piece.run();
            }
        }
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (int round = 0; round < LEAST || System.nanoTime() < end; round++) {
            double[] row = new double[work.size()];
            for (int i = 0; i < row.length; i++) {
                long start = System.nanoTime();
                work.get(i).run();
                row[i] = (System.nanoTime() - start) / 1e9;
            }
            times.add(row);
        }
    }

    /** The median seconds of operation {@code number} over all rounds. */
    double median(int number) {
        return Distribution.of(times.stream().mapToDouble(row -> row[number]).toArray())
                .median();
    }

    /** The number of measured rounds. */
    int count() {
        return times.size();
    }

    @Override
    public String toString() {
        return times.stream().map(Arrays::toString).toList().toString();
    }
}
