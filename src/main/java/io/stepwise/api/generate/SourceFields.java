package io.stepwise.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.image.ImageReading;
import io.stepwise.image.PictureFormat;
import io.stepwise.image.Pixels;
import io.stepwise.image.UnreadableImageException;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.SourceImage;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The fields of {@code POST /generate} that describe the picture to start from. */
final class SourceFields {

    /** Limits the threads that decode pictures to the number of processors, as each may need a hundred megabytes. */
    private static final Semaphore DECODERS = new Semaphore(Runtime.getRuntime().availableProcessors());

    private final CheckedMessage message;
    private final long maxPixels;

    private SourceFields(CheckedMessage message, long maxPixels) {
        this.message = message;
        this.maxPixels = maxPixels;
    }

    /** Whether the body has pictures, which makes {@link #read} slow. */
    static boolean isIn(ObjectNode body) {
        return body.hasNonNull("image") || body.hasNonNull("mask");
    }

    /**
     * Reads the fields.
     *
     * @param maxPixels largest width · height of a picture
     */
    static Optional<SourceImage> read(CheckedMessage message, long maxPixels) {
        if (!message.has("image")) {
            for (String name : new String[] {"mask", "strength", "add_noise", "resample"}) {
                message.mustBeLeftOut(name, "it says what becomes of image, which isn't given");
            }
            return Optional.empty();
        }
        DECODERS.acquireUninterruptibly();
        try {
            return new SourceFields(message, maxPixels).read();
        } finally {
            DECODERS.release();
        }
    }

    private Optional<SourceImage> read() {
        boolean inpaints = message.has("mask");
        Optional<Pixels> image = picture("image");
        Optional<Pixels> mask = picture("mask");
        if (inpaints) {
            message.mustBeLeftOut("add_noise", "with a mask it is always added");
        } else {
            message.mustBeLeftOut("resample", "it says how a mask is painted, which isn't given");
        }
        if (!message.isRight()) {
            return Optional.empty();
        }
        ObjectNode fields = message.fields();
        return message.part(() -> new SourceImage(
                image.orElseThrow(),
                mask.orElse(null),
                fields.hasNonNull("strength") ? (Double) fields.get("strength").doubleValue() : null,
                fields.hasNonNull("add_noise")
                        ? (Boolean) fields.get("add_noise").booleanValue()
                        : null,
                fields.hasNonNull("resample") ? (Integer) fields.get("resample").intValue() : null));
    }

    /** A picture as an {@link EncodedPicture}. */
    private Optional<Pixels> picture(String name) {
        if (!message.fields().path(name).isTextual()) {
            return Optional.empty();
        }
        String base64 = message.fields().path(name).textValue();
        try {
            return Optional.of(ImageReading.read(EncodedPicture.decoded(base64), maxPixels));
        } catch (IllegalArgumentException | UnreadableImageException e) {
            String allowed = PictureFormat.NAMES + " in base64, of at most " + maxPixels + " pixels: " + e.getMessage();
            message.reject(FieldError.of(FieldError.pointer(name), '"' + base64 + '"', allowed));
            return Optional.empty();
        }
    }
}
