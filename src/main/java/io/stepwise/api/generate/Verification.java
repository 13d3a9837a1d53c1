package io.stepwise.api.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.api.access.Sha256;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import io.stepwise.schema.MessageJson;
import io.stepwise.serving.request.Generation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code POST /verify}: how a picture compares with what its parameters make now.
 *
 * @param match whether both files have the same bytes
 * @param pixelsMatch whether both pictures have the same pixels
 * @param weightsMatch whether the version has the weights that the picture names
 * @param largestDifference of two samples at the same place, 0 … 255; null if the pictures differ in size or channels
 * @param model that made the picture again
 * @param version of that model
 * @param seed unsigned, a number up to 2^53 - 1 and a string above
 * @param sha256 of the file that was sent
 * @param remadeSha256 of the file that was made
 */
record Verification(
        boolean match,
        @JsonProperty("pixels_match") boolean pixelsMatch,
        @JsonProperty("weights_match") boolean weightsMatch,
        @JsonProperty("largest_difference") @JsonInclude @Nullable Integer largestDifference,
        String model,
        int version,
        Object seed,
        String sha256,
        @JsonProperty("remade_sha256") String remadeSha256) {

    /**
     * Compares two files.
     *
     * @param weightsMatch whether the version has the weights that {@code sent} names
     * @param made what made {@code remade}
     * @param maxPixels largest width · height of a picture
     * @throws io.stepwise.image.UnreadableImageException if {@code sent} has no readable pixels
     */
    static Verification of(byte[] sent, byte[] remade, boolean weightsMatch, Generation made, long maxPixels) {
        Pixels before = ImageReading.read(sent, maxPixels);
        Pixels after = ImageReading.read(remade, maxPixels);
        Integer largest = before.width() == after.width()
                        && before.height() == after.height()
                        && before.channels() == after.channels()
                ? Integer.valueOf(largestDifference(before.data(), after.data()))
                : null;
        return new Verification(
                Arrays.equals(sent, remade),
                largest != null && largest == 0,
                weightsMatch,
                largest,
                made.model(),
                made.version(),
                MessageJson.unsigned(made.request().seed()),
                Sha256.hex(sent),
                Sha256.hex(remade));
    }

    private static int largestDifference(byte[] a, byte[] b) {
        int largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs((a[i] & 0xff) - (b[i] & 0xff)));
        }
        return largest;
    }
}
