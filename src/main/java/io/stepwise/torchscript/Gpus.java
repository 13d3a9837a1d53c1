package io.stepwise.torchscript;

import ai.djl.engine.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The GPUs that libtorch can compute on. */
public final class Gpus {
    /** There is one of these where NVIDIA's driver is: on Linux, and on Linux within Windows. */
    private static final List<Path> DRIVER = List.of(Path.of("/dev/nvidiactl"), Path.of("/dev/dxg"));

    /** Held here, because a logger that nobody holds is collected with its level. */
    private static final Logger DETECTION = Logger.getLogger("ai.djl.util.cuda.CudaUtils");

    static {
        // DJL warns where CUDA's runtime library is installed without a driver, which is no fault of a machine without
        // GPUs
        if (DRIVER.stream().noneMatch(Files::exists)) {
            DETECTION.setLevel(Level.OFF);
        }
    }

    private Gpus() {}

    /** How many there are, 0 or more. Loads libtorch if nothing has yet. */
    public static int count() {
        return Engine.getInstance().getGpuCount();
    }
}
