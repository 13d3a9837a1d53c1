package io.stepwise.api.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.image.ImageEncoder;
import io.stepwise.image.ImageFormat;
import io.stepwise.image.PngText;
import io.stepwise.image.UnreadableImageException;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.serving.MeasuredEncoder;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A PNG file that this service made, with the {@linkplain GenerationParameters parameters} that it carries.
 *
 * @param file its bytes
 * @param fields of the request that makes it again: the whole one for a sheet or an interpolation, else this image alone
 * @param n images of the original request
 * @param firstIndex of the original request
 * @param index of the image; null for a sheet of all images
 * @param checkpointSha256 of the weights that made it
 */
record MadePicture(
        byte[] file, ObjectNode fields, int n, int firstIndex, @Nullable Integer index, String checkpointSha256) {
    /** What a request need not give, and a picture always carries. */
    private static final List<String> ALWAYS = List.of("model", "version", "seed", "n", "checkpoint_sha256");

    /**
     * Reads the parameters of a file.
     *
     * @throws InvalidMessageException naming {@code /image}, if the file doesn't carry parameters that can be used
     */
    static MadePicture of(byte[] file) {
        ObjectNode parameters = parameters(file);
        for (String name : ALWAYS) {
            if (!parameters.hasNonNull(name)) {
                throw invalid("its parameters lack " + name);
            }
        }
        String weights = parameters.remove("checkpoint_sha256").asText();
        JsonNode index = parameters.remove("index");
        int n = parameters.path("n").asInt();
        int firstIndex = parameters.path("first_index").asInt();
        if (index != null) {
            long place = index.isInt() ? (long) index.intValue() - firstIndex : -1;
            if (place < 0 || place >= n) {
                throw invalid("its parameters have the index " + index + ", which is none of the request's");
            }
            if (!parameters.has("interpolate_to")) {
                parameters.put("n", 1).set("first_index", index);
            }
        }
        return new MadePicture(file, parameters, n, firstIndex, index == null ? null : index.intValue(), weights);
    }

    private static ObjectNode parameters(byte[] file) {
        try {
            String text = PngText.read(file).get(ImageEncoder.PARAMETERS);
            if (text != null && GenerationJson.MAPPER.readTree(text) instanceof ObjectNode fields) {
                return fields;
            }
            throw invalid("it doesn't carry the parameters that made it");
        } catch (JsonProcessingException e) {
            throw invalid("its parameters are no JSON");
        } catch (UnreadableImageException e) {
            throw invalid(e.getMessage());
        }
    }

    /** A refusal of the field that has the file. */
    static InvalidMessageException invalid(@Nullable String why) {
        return new InvalidMessageException(
                List.of(new FieldError("/image", "image must be a PNG file that this service made: " + why)));
    }

    /** The file again. It may take some milliseconds. */
    byte[] again(Generation made) {
        if (index == null) {
            return (byte[]) new GenerateAnswer(made).image(ImageFormat.PNG).getEntity();
        }
        GeneratedImage image = made.images().get(index - made.request().firstIndex());
        return MeasuredEncoder.image(image, ImageFormat.PNG, GenerationParameters.of(made, index, n, firstIndex));
    }
}
