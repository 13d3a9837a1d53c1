package io.stepwise.torchscript;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The GPUs that libtorch can compute on. */
public final class Gpus {
    /** A file that exists where NVIDIA's driver is installed: on Linux, and on Linux within Windows. */
    private static final List<Path> DRIVER = List.of(Path.of("/dev/nvidiactl"), Path.of("/dev/dxg"));

    /** Kept in a field, because a logger without references is garbage-collected together with its level. */
    private static final Logger DETECTION = Logger.getLogger("ai.djl.util.cuda.CudaUtils");

    static {
        // DJL warns where CUDA's runtime library is installed without a driver, which is no fault of a machine without
        // GPUs
        if (DRIVER.stream().noneMatch(Files::exists)) {
            DETECTION.setLevel(Level.OFF);
        }
    }

    private Gpus() {}

    /**
     * The number of GPUs, 0 or more; 0 on a machine with GPUs if this libtorch is one for processors. Loads libtorch if it is not
     * loaded yet.
     */
    public static int count() {
        Engine engine = Engine.getInstance();
        return engine.hasCapability(StandardCapabilities.CUDA) ? engine.getGpuCount() : 0;
    }
}
