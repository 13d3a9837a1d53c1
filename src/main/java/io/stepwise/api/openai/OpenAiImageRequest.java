package io.stepwise.api.openai;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.image.ImageFormat;
import io.stepwise.schema.MessageJson;
import org.jspecify.annotations.Nullable;

/**
 * What of the body of {@code POST /v1/images/generations} has a meaning here. The other fields of the contract may only
 * say what is so anyway.
 *
 * @param prompt name or number of a class; empty for none
 * @param model id of a model; null means the configured one
 * @param n images
 * @param size {@code auto} or the model's own size
 * @param outputFormat encoding of the images
 * @param stream whether the answer is a stream of events
 * @param partialImages how often such a stream shows each image before it is done
 * @param seed unsigned 64-bit; null to draw one
 * @param steps denoising steps
 * @param guidance scale of classifier-free guidance
 * @param sampler which sampler
 * @param user the client's own mark of the person that wants the images, for the log
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
        int steps,
        double guidance,
        SamplerName sampler,
        @Nullable String user) {}
