package io.stepwise.sampling;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.torchscript.LinkedProgram;
import io.stepwise.torchscript.Program;
import io.stepwise.torchscript.Synchronization;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The denoising step over a batch of rows. Each row has its own trajectory, position, seed, label and guidance; all
 * share one call of the network. The loop knows no sampler: a step is the network, a clip, and one product with the
 * row's step matrix (see {@link io.stepwise.diffusion.ReverseStep}).
 *
 * <p>Rows may join and leave between any two steps, and may continue in another loop of the same network, even after
 * this one is closed. Several threads may use a loop at the same time, with different rows. The caller closes it.
 */
public final class StepLoop implements AutoCloseable {
    private static final long[] NONE = {};

    private final NDManager manager;
    private final NDManager rowOwner;
    private final LinkedProgram linked;
    private final @Nullable Program own;
    private final @Nullable Denoiser denoiser;
    private final int noLabel;
    private final NoiseSource noise;
    private final int pixels;
    private final Device device;
    private final StepConstants constants;
    private final PlainTables plainTables;
    private final RowRegisters rowRegisters;
    private volatile Executor ahead = task -> {};
    private volatile IntUnaryOperator batchSize = rows -> rows;

    private StepLoop(
            NDManager parent,
            LinkedProgram linked,
            @Nullable Program own,
            @Nullable Denoiser denoiser,
            Shape image,
            int noLabel,
            NoiseSource noise) {
        manager = parent.newSubManager();
        rowOwner = parent;
        this.linked = linked;
        this.own = own;
        this.denoiser = denoiser;
        this.noLabel = noLabel;
        this.noise = noise;
        pixels = Math.toIntExact(image.size());
        device = manager.getDevice();
        constants = new StepConstants(manager, pixels);
        plainTables = new PlainTables(manager);
        rowRegisters = new RowRegisters(rowOwner, device, noise, pixels);
    }

    /**
     * A loop around a network that is linked into one program with the step: one native call per step.
     *
     * @param parent owns the registers of rows, which therefore outlive the loop
     * @param network returns the program for given method texts, which call the network as {@code (self).fwd(w, x, t,
     *     y, )}; the loop closes that program
     * @param image shape of an image, {@code [C,H,W]}
     * @param noLabel the class that means "no label"; used only by guided rows
     */
    public static StepLoop linked(NDManager parent, Function<String, LinkedProgram> network, Shape image, int noLabel) {
        LinkedProgram linked = network.apply(methods(image));
        return new StepLoop(parent, linked, linked.program(), null, image, noLabel, CounterNoise::fill);
    }

    /** The methods that a network must be compiled with for {@link #of}, for images {@code [C,H,W]}. */
    public static String methods(Shape image) {
        return StepProgram.linked(image.getShape());
    }

    /**
     * A loop around a network that was compiled with {@link #methods}; see {@link #linked} for the other parameters.
     *
     * @param linked remains the caller's, who closes it after the loop; loops may share it
     */
    public static StepLoop of(NDManager parent, LinkedProgram linked, Shape image, int noLabel) {
        return new StepLoop(parent, linked, null, null, image, noLabel, CounterNoise::fill);
    }

    /**
     * A loop around any denoiser, which remains the caller's, with any noise source; see {@link #linked} for the other
     * parameters.
     */
    static StepLoop around(NDManager parent, Denoiser denoiser, Shape image, int noLabel, NoiseSource noise) {
        Program program = Program.load(parent, StepProgram.text(image.getShape()));
        return new StepLoop(
                parent, new LinkedProgram(program, Program.list(List.of())), program, denoiser, image, noLabel, noise);
    }

    /** Lets {@code helpers} make noise ahead of need; by default every step makes its own. */
    public void makeNoiseOn(Executor helpers) {
        ahead = helpers;
    }

    /**
     * Runs the network only at the sizes that {@code size} returns, each at least its argument. A smaller step is
     * padded with copies of a row, whose results are discarded.
     */
    public void runAt(IntUnaryOperator size) {
        batchSize = size;
    }

    /** As {@link #prepare}, for a new {@link Row#Row row}. */
    public Row start(Trajectory trajectory, long seed, int index, int label, double guidance) {
        Row row = new Row(trajectory, seed, index, label, guidance);
        prepare(row);
        return row;
    }

    /** Starts to make the noise of the row's next step, if it draws any. Calling this is optional. */
    public void prepare(Row row) {
        FutureTask<float[]> task = row.noiseAhead(noise, pixels);
        if (task != null) {
            ahead.execute(task);
        }
    }

    /** As {@link #step(List, int)} of engine 0. */
    public void step(List<Row> rows) {
        step(rows, 0);
    }

    /**
     * Takes every row one step further, and returns when the device has finished. No row may be done. After a failure
     * all rows are where they were.
     *
     * @param engine whose loops of {@linkplain Guidance guides} are used
     */
    public void step(List<Row> rows, int engine) {
        StepTable table = new StepTable(rows, noLabel);
        NDList results = isPlain(table) ? plainStep(rows, table) : step(rows, table, engine);
        if (device.isGpu()) {
            Synchronization.await(results); // no row owns them yet
        }
        for (int i = 0; i < rows.size(); i++) {
            rows.get(i).advanceTo(results.get(i), device);
            prepare(rows.get(i));
        }
    }

    private boolean isPlain(StepTable table) {
        return denoiser == null && table.isPlain() && batchSize.applyAsInt(table.networkRows()) == table.networkRows();
    }

    /** A step in which all rows are plain, with as few tensors as possible; it gives the same bits. */
    private NDList plainStep(List<Row> rows, StepTable table) {
        List<NDArray> registers = rowRegisters.of(rows);
        try (PlainTables.Table c = plainTables.of(table.plainColumns(), rows.size())) {
            if (!table.draws()) {
                return plainStep(registers, constants.noNoise(), c.argument());
            }
            try (NDManager scope = manager.newSubManager();
                    IValue z = Program.tensor(noise(table, rows.size(), scope))) {
                return plainStep(registers, z, c.argument());
            }
        }
    }

    private NDList plainStep(List<NDArray> registers, IValue z, IValue c) {
        Program program = linked.program();
        if (registers.size() == 1) {
            try (IValue row = Program.tensor(registers.get(0))) {
                return new NDList(program.call("alone", rowOwner, linked.weights(), row, z, c));
            }
        }
        try (IValue rows = Program.list(registers)) {
            return program.callForList("together", rowOwner, linked.weights(), rows, z, c);
        }
    }

    private NDList step(List<Row> rows, StepTable table, int engine) {
        int size = rows.size();
        int networkRows = table.networkRows() == 0 ? 0 : batchSize.applyAsInt(table.networkRows());
        try (NDManager scope = manager.newSubManager();
                IValue r = Program.list(rowRegisters.of(rows));
                IValue net = StepConstants.network(table.network(networkRows), scope);
                IValue others = Program.list(guideOutputs(table, r, engine, scope));
                IValue z = Program.tensor(noise(table, size, scope));
                IValue c = StepConstants.floats(table.columns(), new Shape(size, table.width()), scope);
                IValue calls = constants.indices(table.allCall() || networkRows == 0 ? NONE : table.calls(), scope);
                IValue guided = constants.indices(table.guided(), scope);
                IValue k = IValue.from((long) table.registers());
                IValue plain = IValue.from(table.isPlain());
                IValue dynamic = IValue.from(table.isDynamic());
                IValue known = IValue.from(table.hasKnown())) {
            Program program = linked.program();
            NDList results;
            if (denoiser == null && networkRows > 0) {
                results = program.callForList(
                        "step", scope, linked.weights(), r, net, others, z, c, calls, guided, k, plain, dynamic, known);
            } else {
                try (IValue out = Program.tensor(predict(r, net, size, networkRows, scope))) {
                    results = program.callForList(
                            "after", scope, r, out, others, z, c, calls, guided, k, plain, dynamic, known);
                }
            }
            results.attach(rowOwner);
            return results;
        }
    }

    private static List<NDArray> guideOutputs(StepTable table, IValue registers, int engine, NDManager scope) {
        List<NDArray> outputs = new ArrayList<>();
        for (Guidance.Guide guide : table.guides()) {
            outputs.add(guide.loop(engine).output(table, guide, registers, scope));
        }
        return outputs;
    }

    /** The output of this loop's network, as the guide of rows of another loop with {@code registers}. */
    private NDArray output(StepTable table, Guidance.Guide guide, IValue registers, NDManager scope) {
        int rows = table.networkRows(guide);
        int size = batchSize.applyAsInt(rows);
        try (IValue net = StepConstants.network(table.network(guide, size), scope)) {
            NDArray all = denoiser == null
                    ? linked.program().call("predict", scope, linked.weights(), registers, net)
                    : predict(registers, net, 0, size, scope);
            return size == rows ? all : all.get("0:" + rows);
        }
    }

    private NDArray noise(StepTable table, int size, NDManager scope) {
        return table.draws()
                ? scope.create(FloatBuffer.wrap(table.noise(noise, pixels)), new Shape(size, pixels))
                : constants.noDraws();
    }

    private NDArray predict(IValue registers, IValue net, int rows, int networkRows, NDManager scope) {
        if (denoiser == null || networkRows == 0) {
            return scope.zeros(new Shape(rows, pixels)); // no step reads it
        }
        NDList input = linked.program().callForList("before", scope, registers, net);
        return denoiser.predict(input.get(0), input.get(1), input.get(2), scope);
    }

    /** The row's state, {@code [C,H,W]} in row-major order; in about [-1,1] once the row is done. */
    public float[] state(Row row) {
        try (NDArray state = rowRegisters.begun(row).get(0)) {
            return Synchronization.floats(state);
        }
    }

    /**
     * The estimate of the row's final image after its last step, {@code [C,H,W]} in about [-1,1].
     *
     * @param row of a trajectory {@linkplain Trajectory#withEstimate with an estimate}, after at least one step
     */
    public float[] estimate(Row row) {
        try (NDArray estimate = rowRegisters.begun(row).get(row.registersHeld() - 1)) {
            return Synchronization.floats(estimate);
        }
    }

    /** Removes a row, done or not, and frees its registers. */
    public void remove(Row row) {
        row.close();
    }

    @Override
    public void close() {
        constants.close();
        plainTables.close();
        if (own != null) {
            own.close();
        }
        manager.close();
    }
}
