package io.stepwise.serving.versions;

import io.stepwise.diffusion.Trajectory;
import io.stepwise.sampling.StepLoop;
import io.stepwise.serving.engine.Calibration;
import io.stepwise.serving.engine.CompiledNetwork;
import io.stepwise.serving.engine.StepTimes;
import io.stepwise.torchscript.NativeThreads;
import java.io.IOException;
import java.util.function.IntFunction;
import org.jboss.logging.Logger;

/**
 * The steps that a loaded version takes for its own sake: the first ones, before it serves, and those that time the batch
 * sizes, beside its first requests.
 *
 * @param compiled its network
 * @param loops makes a step loop for a device; this object closes it
 * @param trial a trajectory of so many steps, all of which call the network
 * @param label a class that the network takes
 * @param threads native threads of an engine
 */
record FirstSteps(
        CompiledNetwork compiled, IntFunction<StepLoop> loops, IntFunction<Trajectory> trial, int label, int threads) {
    private static final Logger LOG = Logger.getLogger(FirstSteps.class);

    /** Takes the first steps on every device, to show that the network runs and gives finite numbers. */
    void take() throws IOException {
        for (int device = 0; device < compiled.devices(); device++) {
            try (StepLoop loop = loops.apply(device)) {
                compiled.first(calibration(loop).first(compiled.maxBatch(), !compiled.onGpu()));
            }
        }
    }

    /**
     * Measures all batch sizes if their times are unknown, which takes some seconds; until then batches have two rows at most.
     * Engines may run beside. Changes the calling thread's number of native threads.
     *
     * @param version is named in the log
     */
    void time(ServedModel version) {
        if (compiled.isTimed()) {
            return;
        }
        NativeThreads.ofThisThread(threads);
        for (int device = 0; device < compiled.devices(); device++) {
            try (StepLoop loop = loops.apply(device)) {
                if (device > 0) {
                    calibration(loop).warmUp(compiled.times().best());
                    continue;
                }
                StepTimes measured = calibration(loop).measure(compiled.maxBatch(), !compiled.onGpu());
                compiled.timed(measured);
                LOG.infof("%s: %s", version, measured);
            } catch (RuntimeException e) {
                LOG.warnf(e, "%s: batch sizes can't be measured; %s", version, compiled.times());
            }
        }
    }

    private Calibration calibration(StepLoop loop) {
        return new Calibration(loop, trial, label, Calibration.clock(compiled.onGpu(), threads));
    }
}
