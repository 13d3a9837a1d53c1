package io.stepwise.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.image.ImageReading;
import io.stepwise.image.PictureFormat;
import io.stepwise.image.Pixels;
import io.stepwise.image.UnreadableImageException;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.SourceImage;
import java.awt.Dimension;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The fields of {@code POST /generate} that describe the picture to start from. */
final class SourceFields {
    private static final String IMAGE = "image";
    private static final String MASK = "mask";
    private static final List<String> PICTURES = List.of(IMAGE, MASK);

    private final CheckedMessage message;
    private final long maxPixels;
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private long pixels;

    /**
     * Reads the fields, and of the pictures only their sizes.
     *
     * @param maxPixels largest width · height of a picture
     */
    SourceFields(CheckedMessage message, long maxPixels) {
        this.message = message;
        this.maxPixels = maxPixels;
        if (!message.has(IMAGE)) {
            for (String name : new String[] {MASK, "strength", "add_noise", "resample"}) {
                message.mustBeLeftOut(name, "it says what becomes of image, which isn't given");
            }
            return;
        }
        PICTURES.forEach(this::measure);
        if (message.has(MASK)) {
            message.mustBeLeftOut("add_noise", "with a mask it is always added");
        } else {
            message.mustBeLeftOut("resample", "it says how a mask is painted, which isn't given");
        }
    }

    /** Whether the body has pictures, which take time to read. */
    static boolean isIn(ObjectNode body) {
        return PICTURES.stream().anyMatch(body::hasNonNull);
    }

    private void measure(String name) {
        String text = message.fields().path(name).textValue();
        if (text != null) {
            reading(name, () -> {
                byte[] file = EncodedPicture.decoded(text);
                Dimension size = ImageReading.size(file, maxPixels);
                pixels += (long) size.width * size.height;
                return files.put(name, file);
            });
        }
    }

    /** What {@code reading} gives; empty if it finds that the picture can't be read, which is noted. */
    private <T> Optional<T> reading(String name, Supplier<@Nullable T> reading) {
        try {
            return Optional.ofNullable(reading.get());
        } catch (IllegalArgumentException | UnreadableImageException e) {
            String allowed = PictureFormat.NAMES + " in base64, of at most " + maxPixels + " pixels: " + e.getMessage();
            String found = '"' + message.fields().path(name).textValue() + '"';
            message.reject(FieldError.of(FieldError.pointer(name), found, allowed));
            return Optional.empty();
        }
    }

    /** The pixels of all pictures together. */
    long pixels() {
        return pixels;
    }

    /** The bytes of all picture files together. */
    long bytes() {
        return files.values().stream().mapToLong(file -> file.length).sum();
    }

    /**
     * Decodes the pictures. What is wrong with them is noted.
     *
     * @param stop whether nobody needs them any more
     * @return empty if there are none, or if something is wrong
     */
    Optional<SourceImage> decoded(BooleanSupplier stop) {
        Map<String, Pixels> decoded = new HashMap<>();
        files.forEach((name, file) -> reading(name, () -> ImageReading.read(file, maxPixels, stop))
                .ifPresent(picture -> decoded.put(name, picture)));
        Pixels image = decoded.get(IMAGE);
        if (image == null || !message.isRight()) {
            return Optional.empty();
        }
        ObjectNode fields = message.fields();
        return message.part(() -> new SourceImage(
                image,
                decoded.get(MASK),
                fields.hasNonNull("strength") ? (Double) fields.get("strength").doubleValue() : null,
                fields.hasNonNull("add_noise")
                        ? (Boolean) fields.get("add_noise").booleanValue()
                        : null,
                fields.hasNonNull("resample") ? (Integer) fields.get("resample").intValue() : null));
    }
}
