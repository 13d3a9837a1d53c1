package io.stepwise.serving.versions;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import io.stepwise.serving.engine.CompiledUNet;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.LongStream;

/**
 * How the versions in memory follow those on the disk.
 *
 * @param interval how often the repository is looked into, beside being told of changes by the operating system; above 0
 * @param memory bytes of weights that may be in memory on each device; the default model's served version is loaded whatever it
 *     takes. At least 1
 */
public record ReloadSettings(Duration interval, long memory) {
    /** @throws IllegalArgumentException naming the component, its value and its range */
    public ReloadSettings {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval " + interval + " must be above 0");
        }
        if (memory < 1) {
            throw new IllegalArgumentException("memory " + memory + " must be at least 1");
        }
    }

    /** Bytes for weights where nothing else is said: a quarter of this machine's or container's memory, half of a GPU's. */
    public static long memoryHere() {
        int gpus = CompiledUNet.gpus();
        return gpus == 0
                ? ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                                .getTotalMemorySize()
                        / 4
                : LongStream.range(0, gpus)
                                .map(gpu -> CudaUtils.getGpuMemory(Device.gpu((int) gpu))
                                        .getMax())
                                .min()
                                .orElseThrow()
                        / 2;
    }
}
