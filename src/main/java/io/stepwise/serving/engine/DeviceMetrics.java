package io.stepwise.serving.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.stepwise.torchscript.Gpus;

/** The used memory of GPUs, by any process; without GPUs there are no such meters. */
public final class DeviceMetrics implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        for (int gpu = 0; gpu < Gpus.count(); gpu++) {
            Device device = Device.gpu(gpu);
            String number = Integer.toString(gpu);
            Gauge.builder("stepwise.device.memory", () -> CudaUtils.getGpuMemory(device)
                            .getUsed())
                    .description("Memory of a GPU that is taken, by this and other processes")
                    .tag("device", number)
                    .baseUnit("bytes")
                    .register(registry);
            Gauge.builder("stepwise.device.memory.limit", () -> CudaUtils.getGpuMemory(device)
                            .getMax())
                    .description("Memory of a GPU")
                    .tag("device", number)
                    .baseUnit("bytes")
                    .register(registry);
        }
    }
}
