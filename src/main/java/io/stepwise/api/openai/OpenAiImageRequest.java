package io.stepwise.api.openai;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.image.ImageFormat;
import io.stepwise.schema.MessageJson;
import org.jspecify.annotations.Nullable;

/**
 * The fields of the body of {@code POST /v1/images/generations} that this service uses. The contract's other fields
 * accept only the value that matches the fixed behaviour.
 *
 * @param prompt name or number of a class; empty for none
 * @param model id of a model; null means the configured one
 * @param n number of images
 * @param size {@code auto} or the model's own size
 * @param outputFormat encoding of the images
 * @param stream whether the answer is a stream of events
 * @param partialImages number of previews of each image in such a stream
 * @param seed unsigned 64-bit; null to draw one
 * @param steps denoising steps; null for the usual number
 * @param guidance scale of classifier-free guidance
 * @param sampler the sampler; null for the usual one
 * @param user the client's own identifier of its user, for the log
 */
record OpenAiImageRequest(
        String prompt,
        @Nullable String model,
        int n,
        String size,
        ImageFormat outputFormat,
        boolean stream,
        int partialImages,
        @JsonDeserialize(using = MessageJson.UnsignedReader.class) @Nullable Long seed,
        @Nullable Integer steps,
        double guidance,
        @Nullable SamplerName sampler,
        @Nullable String user) {}
