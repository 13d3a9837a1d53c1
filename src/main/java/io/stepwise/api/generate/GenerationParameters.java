package io.stepwise.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.http.JsonBody;
import io.stepwise.serving.request.Generation;
import java.nio.charset.StandardCharsets;

/**
 * What an image says about itself: the request that makes it again, every field filled in, and the hash of the weights
 * that it takes, {@code checkpoint_sha256}. JSON in the PNG text chunk {@code parameters}.
 */
public final class GenerationParameters {
    private GenerationParameters() {}

    /** Of a sheet with all images. */
    public static String of(Generation generation) {
        return text(tree(generation));
    }

    /** Of the image at {@code index}, which the JSON names too. */
    public static String of(Generation generation, int index) {
        return text(tree(generation).put("index", index));
    }

    private static ObjectNode tree(Generation generation) {
        return GenerationJson.write(generation).put("checkpoint_sha256", generation.checkpointSha256());
    }

    private static String text(ObjectNode json) {
        return new String(JsonBody.write(json), StandardCharsets.UTF_8);
    }
}
