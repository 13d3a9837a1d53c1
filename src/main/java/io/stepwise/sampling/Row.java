package io.stepwise.sampling;

import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;

/**
 * One image on its way from noise. Its noise is a pure function of (seed, image), so what comes out doesn't depend on
 * what else is computed beside it.
 *
 * <p>The thread that runs the {@link StepLoop} owns it.
 */
public final class Row {
    private final Trajectory trajectory;
    private final long seed;
    private final int image;
    private final int label;
    private final double guidance;
    private int position;
    private Registers registers;
    private int slot;

    Row(Trajectory trajectory, long seed, int image, int label, double guidance, Registers registers) {
        this.trajectory = trajectory;
        this.seed = seed;
        this.image = image;
        this.label = label;
        this.guidance = guidance;
        this.registers = registers;
        registers.acquire();
    }

    /** Whether every step of its trajectory is done. */
    public boolean isDone() {
        return position == trajectory.steps().size();
    }

    /** Steps done so far. */
    public int position() {
        return position;
    }

    /** Its whole way. */
    public Trajectory trajectory() {
        return trajectory;
    }

    ReverseStep next() {
        return trajectory.steps().get(position);
    }

    /** Whether the network is asked twice, with and without the label (Ho and Salimans 2022). */
    boolean isGuided() {
        return guidance != 1;
    }

    long seed() {
        return seed;
    }

    int image() {
        return image;
    }

    int label() {
        return label;
    }

    double guidance() {
        return guidance;
    }

    Registers registers() {
        return registers;
    }

    int slot() {
        return slot;
    }

    void advanceTo(Registers newRegisters, int newSlot) {
        newRegisters.acquire();
        registers.release();
        registers = newRegisters;
        slot = newSlot;
        position++;
    }
}
