package io.stepwise.serving;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.stepwise.serving.engine.Buckets;
import io.stepwise.serving.engine.GenerationTrace;
import io.stepwise.serving.request.ImageFormat;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * How long it takes to make a file of an image. Images are encoded wherever an answer is made, so this goes to Micrometer's
 * global registry, which is the service's own; where no service runs it goes nowhere.
 */
final class EncodeMetrics {
    private static final Map<ImageFormat, Timer> TIMERS = Arrays.stream(ImageFormat.values())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), EncodeMetrics::timer));

    private EncodeMetrics() {}

    private static Timer timer(ImageFormat format) {
        return Timer.builder("stepwise.encode")
                .description("Time to make a file of an image, or of a sheet of several")
                .tag("format", format.wireName())
                .serviceLevelObjectives(Buckets.work())
                .register(Metrics.globalRegistry);
    }

    static byte[] measured(ImageFormat format, Supplier<byte[]> work) {
        long start = System.nanoTime();
        byte[] file = GenerationTrace.spanned("encode", work);
        Objects.requireNonNull(TIMERS.get(format)).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return file;
    }
}
