package io.stepwise.sampling;

import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.ReverseStep;
import java.util.Arrays;
import java.util.List;

/** The numbers of one step of a batch, laid out for the device; a row is as wide as the widest trajectory in it. */
final class StepTable {
    private final List<Row> rows;
    private final int pixels;
    private final int registers;
    private final long[] calls;
    private final long[] guided;
    private final int noLabel;

    StepTable(List<Row> rows, int pixels, int noLabel) {
        this.rows = rows;
        this.pixels = pixels;
        this.noLabel = noLabel;
        int most = 0;
        long[] callers = new long[rows.size()];
        long[] pairs = new long[rows.size()];
        int callCount = 0;
        int pairCount = 0;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            most = Math.max(most, row.trajectory().registers());
            if (row.next().callsNetwork()) {
                if (row.isGuided()) {
                    pairs[pairCount++] = callCount;
                }
                callers[callCount++] = i;
            }
        }
        registers = most;
        calls = Arrays.copyOf(callers, callCount);
        guided = Arrays.copyOf(pairs, pairCount);
    }

    int size() {
        return rows.size();
    }

    /** K of the batch. */
    int registers() {
        return registers;
    }

    /** Rows that call the network. */
    long[] calls() {
        return calls;
    }

    /** Which of these are asked again without their label. */
    long[] guided() {
        return guided;
    }

    /** Rows of the network's batch: first those that call, then the guided ones again. */
    int networkRows() {
        return calls.length + guided.length;
    }

    /** The batch row of each row of the network's batch. */
    long[] networkIndex() {
        long[] index = Arrays.copyOf(calls, networkRows());
        for (int i = 0; i < guided.length; i++) {
            index[calls.length + i] = calls[(int) guided[i]];
        }
        return index;
    }

    float[] timesteps() {
        long[] index = networkIndex();
        float[] timesteps = new float[index.length];
        for (int i = 0; i < index.length; i++) {
            timesteps[i] = (float) step((int) index[i]).timestep();
        }
        return timesteps;
    }

    long[] labels() {
        long[] labels = networkIndex();
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i < calls.length ? rows.get((int) labels[i]).label() : noLabel;
        }
        return labels;
    }

    float[] inputScales() {
        float[] scales = new float[rows.size()];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) step(i).inputScale();
        }
        return scales;
    }

    /** {@code [B,N]}; zeros for rows that draw none. */
    float[] noise(NoiseSource source) {
        float[] noise = new float[rows.size() * pixels];
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (row.next().draws()) {
                source.fill(row.seed(), row.image(), row.next().draw(), noise, i * pixels, pixels);
            }
        }
        return noise;
    }

    /** {@code [B,K,K+3]}; registers that a row doesn't have stay zero. */
    float[] matrices() {
        int width = registers + 3;
        float[] all = new float[rows.size() * registers * width];
        for (int i = 0; i < rows.size(); i++) {
            ReverseStep step = step(i);
            int k = step.registers();
            for (int y = 0; y < k; y++) {
                for (int x = 0; x < k + 3; x++) {
                    int column = x < k ? x : x - k + registers;
                    all[(i * registers + y) * width + column] = (float) step.matrix()[y * (k + 3) + x];
                }
            }
        }
        return all;
    }

    /** {@code [B,8]} as {@link StepProgram} reads them. */
    float[] columns() {
        float[] all = new float[rows.size() * StepProgram.COLUMNS];
        for (int i = 0; i < rows.size(); i++) {
            ReverseStep step = step(i);
            int at = i * StepProgram.COLUMNS;
            all[at] = (float) step.p();
            all[at + 1] = (float) step.q();
            all[at + 2] = StepLoop.limit(step.clip());
            if (step.clip() instanceof Clip.Dynamic dynamic) {
                all[at + 3] = (float) dynamic.max();
                all[at + 4] = (float) dynamic.ratio();
            }
            all[at + 5] = (float) rows.get(i).guidance();
            ReverseStep.LearnedVariance learned = step.learnedVariance();
            if (learned != null) {
                all[at + 6] = (float) learned.minLog();
                all[at + 7] = (float) learned.maxLog();
            }
        }
        return all;
    }

    private ReverseStep step(int row) {
        return rows.get(row).next();
    }
}
