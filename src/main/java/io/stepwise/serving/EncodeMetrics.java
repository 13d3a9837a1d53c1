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
 * Time to encode an image as a file. Images are encoded wherever an answer is made, so the timer belongs to
 * Micrometer's global registry, to which the service's registry is added; without a service it records nothing.
 */
final class EncodeMetrics {
    private static final Map<ImageFormat, Timer> TIMERS = Arrays.stream(ImageFormat.values())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), EncodeMetrics::timer));

    private EncodeMetrics() {}

    private static Timer timer(ImageFormat format) {
        return Timer.builder("stepwise.encode")
                .description("Time to encode an image, or a contact sheet of several, as a file")
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
