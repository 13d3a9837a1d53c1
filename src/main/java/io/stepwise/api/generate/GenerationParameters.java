package io.stepwise.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.http.JsonBody;
import io.stepwise.serving.request.Generation;
import java.nio.charset.StandardCharsets;

/**
 * The metadata in an image: the request that reproduces it, with every field filled in, and the hash of the weights
 * that it needs, {@code checkpoint_sha256}. Stored as JSON in the PNG text chunk {@code parameters}.
 */
public final class GenerationParameters {
    private GenerationParameters() {}

    /** For a sheet of all images. */
    public static String of(Generation generation) {
        return text(tree(generation));
    }

    /** For the image at {@code index}; the JSON includes the index. */
    public static String of(Generation generation, int index) {
        return text(tree(generation).put("index", index));
    }

    /**
     * For the image at {@code index} of a larger request, of which only this image was made.
     *
     * @param n images of that request
     * @param firstIndex of that request
     */
    static String of(Generation generation, int index, int n, int firstIndex) {
        return text(tree(generation).put("n", n).put("first_index", firstIndex).put("index", index));
    }

    private static ObjectNode tree(Generation generation) {
        return GenerationJson.write(generation).put("checkpoint_sha256", generation.checkpointSha256());
    }

    private static String text(ObjectNode json) {
        return new String(JsonBody.write(json), StandardCharsets.UTF_8);
    }
}
