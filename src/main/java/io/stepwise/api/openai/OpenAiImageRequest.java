package io.stepwise.api.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.api.generate.GenerateRequest;
import java.math.BigInteger;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/images/generations}, field by field as clients write it, for the published contract.
 * {@link OpenAiImageReader} reads it.
 */
@Schema(
        name = "OpenAiImageRequest",
        description = "What to generate, as OpenAI's clients ask for it. Every field can be left out, or null, which is"
                + " the same. A field that is not listed here is refused, and so is a value that can't be honoured.",
        additionalProperties = Schema.False.class)
record OpenAiImageRequest(
        @Schema(
                        description = "Name or number of a class; empty for any. The models understand no other words.",
                        nullable = true,
                        defaultValue = "",
                        examples = "red")
                @Nullable
                String prompt,
        @Schema(description = "Id of a model; by default the configured one.", nullable = true, examples = "faces")
                @Nullable
                String model,
        @Schema(
                        description = "How many images; at most stepwise.generate.max-images, too.",
                        nullable = true,
                        minimum = "1",
                        maximum = "" + OpenAiImageReader.MAX_IMAGES,
                        defaultValue = "1")
                @Nullable
                Integer n,
        @Schema(
                        description = "auto or the model's own size.",
                        nullable = true,
                        defaultValue = "auto",
                        examples = "32x32")
                @Nullable
                String size,
        @JsonProperty("response_format")
                @Schema(
                        description = "b64_json; images are not kept, so there is no URL to give.",
                        nullable = true,
                        enumeration = "b64_json",
                        defaultValue = "b64_json")
                @Nullable
                String responseFormat,
        @JsonProperty("output_format")
                @Schema(
                        description = "Encoding of the images.",
                        nullable = true,
                        enumeration = {"png", "jpeg"},
                        defaultValue = "png")
                @Nullable
                String outputFormat,
        @Schema(description = "Whether the answer is a stream of events.", nullable = true, defaultValue = "false")
                @Nullable
                Boolean stream,
        @JsonProperty("partial_images")
                @Schema(
                        description =
                                "How often a stream shows each image before it is done; fewer where there are fewer"
                                        + " steps.",
                        nullable = true,
                        minimum = "0",
                        maximum = "" + OpenAiImageReader.MAX_PARTIAL_IMAGES,
                        defaultValue = "0")
                @Nullable
                Integer partialImages,
        @Schema(
                        description =
                                "Unsigned 64-bit, as an integer or as a string of decimal digits; image i is made of"
                                        + " the noise of (seed, i). Drawn, and returned in X-Seed, when left out.",
                        nullable = true,
                        oneOf = {BigInteger.class, String.class},
                        pattern = "^[0-9]{1,20}$",
                        examples = "42")
                @Nullable
                Object seed,
        @Schema(
                        description = "Denoising steps, at most the model's T.",
                        nullable = true,
                        minimum = "1",
                        defaultValue = "" + GenerateRequest.DEFAULT_STEPS)
                @Nullable
                Integer steps,
        @Schema(
                        description = "Scale of classifier-free guidance; 1 is off.",
                        nullable = true,
                        minimum = "0",
                        maximum = "100",
                        defaultValue = "1")
                @Nullable
                Double guidance,
        @Schema(
                        description = "The sampler.",
                        nullable = true,
                        enumeration = {"ddim", "ddpm", "euler", "euler-ancestral", "heun", "dpm++2m", "unipc"},
                        defaultValue = "ddim")
                @Nullable
                String sampler,
        @Schema(
                        description = "The client's own mark of who wants the images; written to the service's log.",
                        nullable = true,
                        minLength = 1,
                        maxLength = 256)
                @Nullable
                String user,
        @Schema(
                        nullable = true,
                        enumeration = {"auto", "standard"},
                        defaultValue = "auto")
                @Nullable
                String quality,
        @Schema(
                        description = "Images are opaque.",
                        nullable = true,
                        enumeration = {"auto", "opaque"},
                        defaultValue = "auto")
                @Nullable
                String background,
        @Schema(nullable = true, enumeration = "auto", defaultValue = "auto") @Nullable String moderation,
        @JsonProperty("output_compression")
                @Schema(nullable = true, minimum = "100", maximum = "100", defaultValue = "100")
                @Nullable
                Integer outputCompression) {}
