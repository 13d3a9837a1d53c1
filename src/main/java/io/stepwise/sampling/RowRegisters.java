package io.stepwise.sampling;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.Trajectory;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the registers of rows on their device.
 *
 * @param owner of the tensors
 * @param device of the loop
 * @param noise from which rows start
 * @param pixels numbers in an image
 */
record RowRegisters(NDManager owner, Device device, NoiseSource noise, int pixels) {
    /**
     * The registers of {@code rows} on the loop's device; the rows keep owning them. A row at its start first draws its
     * initial noise, before the noise of its first step.
     */
    List<NDArray> of(List<Row> rows) {
        List<NDArray> arrays = new ArrayList<>(rows.size());
        for (Row row : rows) {
            NDArray held = begun(row);
            if (!device.equals(row.device())) {
                held = held.toDevice(device, true);
                held.attach(owner);
                row.hold(held, device);
            }
            arrays.add(held);
        }
        return arrays;
    }

    /** The registers of {@code row}; before its first step, the state that it starts from. */
    NDArray begun(Row row) {
        NDArray held = row.registers();
        if (held == null) {
            held = initial(row);
            row.hold(held, device);
        }
        return held;
    }

    private NDArray initial(Row row) {
        Trajectory trajectory = row.trajectory();
        Source source = row.source();
        double pure = trajectory.initialScale();
        float scale = (float) (source == null ? pure : source.noiseScale(trajectory.start(), pure));
        float[] values = new float[row.registersHeld() * pixels];
        float[] normal = row.takeNoise(noise, pixels);
        for (int i = 0; i < pixels; i++) {
            values[i] = normal[i] * scale;
        }
        if (source != null) {
            source.addTo(values, trajectory.start());
        }
        return owner.create(FloatBuffer.wrap(values), new Shape(row.registersHeld(), pixels));
    }
}
