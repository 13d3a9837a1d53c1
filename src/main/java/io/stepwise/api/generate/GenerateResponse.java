package io.stepwise.api.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigInteger;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The JSON answer of {@code POST /generate}. */
@Schema(
        description = "The images and how they came about.",
        requiredProperties = {
            "id",
            "created",
            "model",
            "version",
            "checkpoint_sha256",
            "sampler",
            "steps",
            "images",
            "timings"
        })
record GenerateResponse(
        @Schema(description = "Unique among all generations.") String id,
        @Schema(description = "When the request was accepted; ISO 8601, UTC.", format = "date-time") String created,
        @Schema(description = "The model that made the images.", examples = "faces") String model,
        @Schema(description = "The version of it.", examples = "1") int version,
        @JsonProperty("checkpoint_sha256") @Schema(description = "SHA-256 of the version's weights.", pattern = SHA256)
                String checkpointSha256,
        @Schema(examples = "ddim") String sampler,
        @Schema(examples = "20") int steps,
        @Schema(description = "As many as asked for, in the order of their index.") List<Image> images,
        Timings timings) {

    private static final String SHA256 = "^[0-9a-f]{64}$";

    /** One image. */
    @Schema(
            name = "GeneratedImage",
            description = "One image.",
            requiredProperties = {"index", "seed", "sha256", "label", "b64"})
    record Image(
            @Schema(description = "Place in the request, from 0.", minimum = "0") int index,
            @Schema(
                            description =
                                    "The request's seed: a number up to 2^53 - 1, a string of decimal digits beyond.",
                            oneOf = {BigInteger.class, String.class},
                            examples = "42")
                    Object seed,
            @Schema(description = "SHA-256 of the encoded image, that is of b64's bytes.", pattern = SHA256)
                    String sha256,
            @JsonInclude @Schema(description = "The class asked for; null for none.", nullable = true) @Nullable
                    String label,
            @Schema(description = "The encoded image in base64.", contentEncoding = "base64") String b64) {}

    /** Where the time went, in milliseconds. */
    @Schema(
            name = "GenerationTimings",
            description = "Where the time went.",
            requiredProperties = {"queue_ms", "compute_ms", "encode_ms", "mean_batch"})
    record Timings(
            @JsonProperty("queue_ms")
                    @Schema(description = "Milliseconds from being accepted to the first denoising step.")
                    double queueMs,
            @JsonProperty("compute_ms") @Schema(description = "Milliseconds from the first denoising step to the last.")
                    double computeMs,
            @JsonProperty("encode_ms") @Schema(description = "Milliseconds for encoding the images.") double encodeMs,
            @JsonProperty("mean_batch")
                    @Schema(description = "Images that shared a denoising step, this request's and others, on average.")
                    double meanBatch) {}
}
