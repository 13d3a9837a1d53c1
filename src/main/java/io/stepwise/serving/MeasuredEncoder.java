package io.stepwise.serving;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.stepwise.image.ContactSheet;
import io.stepwise.image.ImageEncoder;
import io.stepwise.image.ImageFormat;
import io.stepwise.image.Pixels;
import io.stepwise.serving.engine.Buckets;
import io.stepwise.serving.engine.GenerationTrace;
import io.stepwise.serving.request.GeneratedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Encodes images as files, with a span and a timer. Images are encoded wherever an answer is made, so the timer belongs
 * to Micrometer's global registry, to which the service's registry is added; without a service it records nothing.
 */
public final class MeasuredEncoder {
    private static final Map<ImageFormat, Timer> TIMERS = Arrays.stream(ImageFormat.values())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), MeasuredEncoder::timer));

    private MeasuredEncoder() {}

    private static Timer timer(ImageFormat format) {
        return Timer.builder("stepwise.encode")
                .description("Time to encode an image, or a contact sheet of several, as a file")
                .tag("format", format.wireName())
                .serviceLevelObjectives(Buckets.work())
                .register(Metrics.globalRegistry);
    }

    /**
     * One image as a file.
     *
     * @param parameters as in {@link ImageEncoder#encode(Pixels, ImageFormat, String)}
     */
    public static byte[] image(GeneratedImage image, ImageFormat format, String parameters) {
        return encode(image.pixels(), format, parameters);
    }

    /**
     * A contact sheet of all images, row by row in the order of their index.
     *
     * @param images at least one, all of one size
     * @param columns images in a row, at least 1
     * @param parameters as in {@link #image}
     */
    public static byte[] contactSheet(List<GeneratedImage> images, int columns, ImageFormat format, String parameters) {
        ContactSheet sheet = new ContactSheet(columns);
        return encode(sheet.of(images.stream().map(GeneratedImage::pixels).toList()), format, parameters);
    }

    private static byte[] encode(Pixels pixels, ImageFormat format, String parameters) {
        long start = System.nanoTime();
        byte[] file = GenerationTrace.spanned("encode", () -> ImageEncoder.encode(pixels, format, parameters));
        Objects.requireNonNull(TIMERS.get(format)).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return file;
    }
}
