package io.stepwise.serving.versions;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import io.stepwise.torchscript.Gpus;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.LongStream;

/**
 * How the versions in memory follow the repository.
 *
 * @param interval time between looks into the repository, besides the operating system's notifications; above 0
 * @param memory bytes of weights in memory on each device, at least 1; the served version of the default model is
 *     loaded even beyond it
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

    /**
     * The default budget for weights in bytes: a quarter of the memory of this machine or container, or half of a
     * GPU's.
     */
    public static long memoryHere() {
        int gpus = Gpus.count();
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
