package io.stepwise.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.torchscript.Program;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The denoising step over rows that know nothing of each other: each has its own trajectory, position, seed, label and
 * guidance, and all share one call of the network. It knows no sampler; a step is network, clip and one product with the
 * row's step matrix (see {@link ReverseStep}).
 *
 * <p>Rows may join and leave between any two steps. One thread uses a loop. The caller closes it after the last row.
 */
public final class StepLoop implements AutoCloseable {
    private final NDManager manager;
    private final Program program;
    private final Denoiser denoiser;
    private final Shape image;
    private final int noLabel;
    private final NoiseSource noise;
    private final int pixels;

    /**
     * @param parent where tensors are made
     * @param denoiser stays the caller's
     * @param image shape of an image, {@code [C,H,W]}
     * @param noLabel the class that the network knows as "no label"; read only by guided rows
     */
    public StepLoop(NDManager parent, Denoiser denoiser, Shape image, int noLabel) {
        this(parent, denoiser, image, noLabel, CounterNoise::fill);
    }

    StepLoop(NDManager parent, Denoiser denoiser, Shape image, int noLabel, NoiseSource noise) {
        manager = parent.newSubManager();
        program = Program.load(manager, StepProgram.TEXT);
        this.denoiser = denoiser;
        this.image = image;
        this.noLabel = noLabel;
        this.noise = noise;
        pixels = Math.toIntExact(image.size());
    }

    /**
     * A row at the beginning of {@code trajectory}, from noise alone.
     *
     * @param seed key of its noise
     * @param index number of the image within its request, the second half of the key
     * @param label class, or the one that means none
     * @param guidance scale of classifier-free guidance; 1 is off
     */
    public Row start(Trajectory trajectory, long seed, int index, int label, double guidance) {
        float[] values = new float[trajectory.registers() * pixels];
        noise.fill(seed, index, 0, values, 0, pixels);
        for (int i = 0; i < pixels; i++) {
            values[i] *= (float) trajectory.initialScale();
        }
        Shape shape = new Shape(1, trajectory.registers(), pixels);
        Registers registers = new Registers(manager.create(FloatBuffer.wrap(values), shape));
        return new Row(trajectory, seed, index, label, guidance, registers);
    }

    /** Takes every row one step further. None may be done. */
    public void step(List<Row> rows) {
        StepTable table = new StepTable(rows, pixels, noLabel);
        try (NDManager scope = manager.newSubManager()) {
            NDArray r = gather(rows, table.registers(), scope);
            NDArray out = table.networkRows() == 0
                    ? scope.zeros(new Shape(0, pixels))
                    : denoiser.predict(
                            networkInput(r, table, scope),
                            scope.create(FloatBuffer.wrap(table.timesteps()), new Shape(table.networkRows())),
                            scope.create(LongBuffer.wrap(table.labels()), new Shape(table.networkRows())),
                            scope);
            NDArray mixed = mix(r, out, table, scope);
            mixed.attach(manager);
            Registers registers = new Registers(mixed);
            for (int i = 0; i < rows.size(); i++) {
                rows.get(i).advanceTo(registers, i);
            }
        }
    }

    /** The row's state, {@code [C,H,W]} row by row; in about [-1,1] once it is done. */
    public float[] state(Row row) {
        try (NDArray slice = row.registers().array().get(row.slot(), 0)) {
            return slice.toFloatArray();
        }
    }

    /** Forgets a row, done or not, and frees what it held. */
    public void remove(Row row) {
        row.registers().release();
    }

    private NDArray networkInput(NDArray r, StepTable table, NDManager scope) {
        try (IValue rs = Program.tensor(r);
                IValue scale = Program.tensor(scope.create(table.inputScales()));
                IValue index = Program.tensor(scope.create(table.networkIndex()))) {
            NDArray flat = program.call("before", scope, rs, scale, index);
            return flat.reshape(new Shape(table.networkRows()).addAll(image));
        }
    }

    private NDArray mix(NDArray r, NDArray out, StepTable table, NDManager scope) {
        int size = table.size();
        int k = table.registers();
        NDArray z = scope.create(FloatBuffer.wrap(table.noise(noise)), new Shape(size, pixels));
        NDArray m = scope.create(FloatBuffer.wrap(table.matrices()), new Shape(size, k, k + 3));
        NDArray c = scope.create(FloatBuffer.wrap(table.columns()), new Shape(size, StepProgram.COLUMNS));
        try (IValue rs = Program.tensor(r);
                IValue os = Program.tensor(out);
                IValue zs = Program.tensor(z);
                IValue ms = Program.tensor(m);
                IValue cs = Program.tensor(c);
                IValue calls = Program.tensor(scope.create(table.calls()));
                IValue guided = Program.tensor(scope.create(table.guided()))) {
            return program.call("after", scope, rs, os, zs, ms, cs, calls, guided);
        }
    }

    /** The registers of {@code rows}, {@code [B,K,N]}, without a copy where the last step left them just so. */
    private static NDArray gather(List<Row> rows, int k, NDManager scope) {
        NDArray first = rows.get(0).registers().array();
        boolean inPlace =
                first.getShape().get(0) == rows.size() && first.getShape().get(1) == k;
        for (int i = 0; i < rows.size() && inPlace; i++) {
            inPlace = rows.get(i).registers().array() == first && rows.get(i).slot() == i;
        }
        if (inPlace) {
            return first;
        }
        List<NDArray> parts = new ArrayList<>();
        for (Row row : rows) {
            NDArray own = row.registers().array().get(row.slot());
            own.attach(scope);
            parts.add(withRegisters(own, k, scope));
        }
        NDArray stacked = NDArrays.stack(new NDList(parts));
        stacked.attach(scope);
        return stacked;
    }

    /** {@code own [K',N]} with K registers: those beyond the row's own are zero and may go. */
    private static NDArray withRegisters(NDArray own, int k, NDManager scope) {
        long missing = k - own.getShape().get(0);
        if (missing == 0) {
            return own;
        }
        return missing > 0
                ? own.concat(scope.zeros(new Shape(missing, own.getShape().get(1))), 0)
                : own.get(new NDIndex().addSliceDim(0, k));
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }

    /** The limit that clips {@code x0}; infinite for none. */
    static float limit(Clip clip) {
        if (clip instanceof Clip.Range range) {
            return (float) range.limit();
        }
        return clip instanceof Clip.Dynamic ? 1 : Float.POSITIVE_INFINITY;
    }
}
