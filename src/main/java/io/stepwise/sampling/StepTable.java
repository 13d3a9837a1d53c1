package io.stepwise.sampling;

import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.ReverseStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The numbers of one step of a batch, laid out for the device. Every row is as wide as the widest trajectory of the
 * batch.
 */
final class StepTable {
    private final List<Row> rows;
    private final int noLabel;
    private final int registers;
    private final int[] calls;
    private final int[] unlabelled;
    private final Map<Guidance.Guide, List<Integer>> guides = new LinkedHashMap<>();
    private boolean draws;
    private boolean known;
    private boolean dynamic;
    private boolean learned;

    StepTable(List<Row> rows, int noLabel) {
        this.rows = rows;
        this.noLabel = noLabel;
        int most = 0;
        int[] callers = new int[rows.size()];
        int[] pairs = new int[rows.size()];
        int callCount = 0;
        int pairCount = 0;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            ReverseStep step = row.next();
            most = Math.max(most, row.registersHeld());
            if (step.callsNetwork()) {
                Guidance.Guide guide = row.guidance().guide();
                if (row.isGuided() && guide == null) {
                    pairs[pairCount++] = callCount;
                } else if (row.isGuided()) {
                    guides.computeIfAbsent(guide, first -> new ArrayList<>()).add(callCount);
                }
                callers[callCount++] = i;
            }
            draws |= step.draws();
            known |= row.hasKnown();
            dynamic |= step.clip() instanceof Clip.Dynamic;
            learned |= step.learnedVariance() != null;
        }
        registers = most;
        calls = Arrays.copyOf(callers, callCount);
        unlabelled = Arrays.copyOf(pairs, pairCount);
    }

    /** K, the number of registers, of the batch. */
    int registers() {
        return registers;
    }

    /** Number of rows that call the network. */
    long[] calls() {
        return Arrays.stream(calls).asLongStream().toArray();
    }

    /** Whether every row calls the network. */
    boolean allCall() {
        return calls.length == rows.size();
    }

    /** The guided rows among those that call the network: those without a guide, then those of each guide. */
    long[] guided() {
        return IntStream.concat(
                        Arrays.stream(unlabelled),
                        guides.values().stream().flatMap(List::stream).mapToInt(Integer::intValue))
                .asLongStream()
                .toArray();
    }

    /** The guides of the rows. */
    Set<Guidance.Guide> guides() {
        return guides.keySet();
    }

    /** Rows of the network's batch: first the rows that call it, then those without a label that have no guide. */
    int networkRows() {
        return calls.length + unlabelled.length;
    }

    /** Rows of the guide's batch. */
    int networkRows(Guidance.Guide guide) {
        return guides.getOrDefault(guide, List.of()).size();
    }

    /** Whether any row draws noise in this step. */
    boolean draws() {
        return draws;
    }

    /** Whether every row is plain: one register, one call of the network, no special case. */
    boolean isPlain() {
        return registers == 1 && unlabelled.length == 0 && guides.isEmpty() && allCall() && !learned && !dynamic;
    }

    /** Whether any row keeps a known part of its image. */
    boolean hasKnown() {
        return known;
    }

    /** Whether any row has a dynamic threshold for x0. */
    boolean isDynamic() {
        return dynamic;
    }

    /**
     * {@code [size, 4]} as {@link StepProgram} reads it; rows beyond {@link #networkRows()} repeat the first row.
     *
     * @param size at least {@link #networkRows()}
     */
    float[] network(int size) {
        float[] all = new float[size * StepProgram.NETWORK_COLUMNS];
        for (int i = 0; i < size; i++) {
            int caller = i < calls.length ? i : i < networkRows() ? unlabelled[i - calls.length] : 0;
            boolean again = i >= calls.length && i < networkRows();
            write(calls[caller], again ? noLabel : rows.get(calls[caller]).label(), all, i);
        }
        return all;
    }

    /** The same for the guide's network. */
    float[] network(Guidance.Guide guide, int size) {
        List<Integer> guided = guides.getOrDefault(guide, List.of());
        float[] all = new float[size * StepProgram.NETWORK_COLUMNS];
        for (int i = 0; i < size; i++) {
            int index = calls[guided.get(i < guided.size() ? i : 0)];
            write(index, rows.get(index).guidance().guideLabel(), all, i);
        }
        return all;
    }

    private void write(int index, int label, float[] out, int line) {
        ReverseStep step = rows.get(index).next();
        int at = line * StepProgram.NETWORK_COLUMNS;
        out[at] = index;
        out[at + 1] = (float) step.inputScale();
        out[at + 2] = (float) step.timestep();
        out[at + 3] = label;
    }

    /** {@code [B,N]}; zeros for rows that draw no noise. */
    float[] noise(NoiseSource source, int pixels) {
        float[] noise = new float[rows.size() * pixels];
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).next().draws()) {
                System.arraycopy(rows.get(i).takeNoise(source, pixels), 0, noise, i * pixels, pixels);
            }
        }
        return noise;
    }

    /** Numbers per row of {@link #columns()}. */
    int width() {
        return StepProgram.COLUMNS + registers * (registers + 3);
    }

    /** {@code [B, width]} as {@link StepProgram} reads it. */
    float[] columns() {
        float[] all = new float[rows.size() * width()];
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            ReverseStep step = row.next();
            int at = i * width();
            all[at] = (float) step.p();
            all[at + 1] = (float) step.q();
            all[at + 2] = limit(step.clip());
            if (step.clip() instanceof Clip.Dynamic dynamic) {
                all[at + 3] = (float) dynamic.max();
                all[at + 4] = (float) dynamic.ratio();
            }
            all[at + 5] = (float) row.guidance().scale();
            ReverseStep.LearnedVariance variance = step.learnedVariance();
            if (variance != null) {
                all[at + 6] = (float) variance.minLog();
                all[at + 7] = (float) variance.maxLog();
            }
            writeKnown(row, all, at + 8);
            matrix(step, row.hasKnown() ? Source.REGISTERS : 0, all, at + StepProgram.COLUMNS);
        }
        return all;
    }

    /** {@code [B, PLAIN_COLUMNS]} as {@link StepProgram} reads it for {@linkplain #isPlain plain} rows. */
    float[] plainColumns() {
        float[] all = new float[rows.size() * StepProgram.PLAIN_COLUMNS];
        int at = 0;
        for (Row row : rows) {
            ReverseStep step = row.next();
            all[at++] = (float) step.inputScale();
            all[at++] = (float) step.timestep();
            all[at++] = row.label();
            all[at++] = (float) step.p();
            all[at++] = (float) step.q();
            all[at++] = limit(step.clip());
            for (double factor : step.matrix()) {
                all[at++] = (float) factor;
            }
        }
        return all;
    }

    /** Whether part of the image is known, its amplitude, and the amplitude of the noise on it. */
    private static void writeKnown(Row row, float[] out, int at) {
        ReverseStep.Known part = row.next().known();
        if (row.hasKnown() && part != null) {
            out[at] = 1;
            out[at + 1] = (float) part.alpha();
            out[at + 2] = (float) part.sigma();
        }
    }

    /**
     * K × (K+3) for the K of the batch; registers that a row does not have stay zero.
     *
     * @param constant number of registers after r0 that keep their values
     */
    private void matrix(ReverseStep step, int constant, float[] out, int at) {
        int k = step.registers();
        for (int y = 0; y < k; y++) {
            int line = at + place(y, constant) * (registers + 3);
            for (int x = 0; x < k + 3; x++) {
                int column = x < k ? place(x, constant) : x - k + registers;
                out[line + column] = (float) step.matrix()[y * (k + 3) + x];
            }
        }
        for (int i = 1; i <= constant; i++) {
            out[at + i * (registers + 3) + i] = 1;
        }
    }

    private static int place(int register, int constant) {
        return register == 0 ? 0 : register + constant;
    }

    /** The limit of {@code x0}; infinite for none. */
    private static float limit(Clip clip) {
        if (clip instanceof Clip.Range range) {
            return (float) range.limit();
        }
        return clip instanceof Clip.Dynamic ? 1 : Float.POSITIVE_INFINITY;
    }
}
