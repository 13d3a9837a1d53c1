package io.stepwise.serving.versions;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.schema.Integers;
import io.stepwise.serving.request.GenerationRequest;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sampler and the steps of a version that needs others than most.
 *
 * @param sampler null for the sampler of most models
 * @param steps null for the steps of most models
 */
record UsualSampling(@Nullable SamplerName sampler, @Nullable Integer steps) {
    /**
     * Of the attributes of a version.
     *
     * @throws InvalidModelException when they name no sampler, or no number of steps
     */
    static UsualSampling of(Map<String, String> attributes) throws InvalidModelException {
        String sampler = attributes.get(VersionMetadata.SAMPLER);
        SamplerName named = sampler == null ? null : SamplerName.of(sampler).orElse(null);
        if (sampler != null && named == null) {
            throw new InvalidModelException("the attribute sampler is \"" + sampler + "\", must be one of "
                    + Arrays.stream(SamplerName.values())
                            .map(SamplerName::wireName)
                            .toList());
        }
        String steps = attributes.get(VersionMetadata.STEPS);
        Integer number = steps == null ? null : Integers.parse(steps);
        if (steps != null && (number == null || number < 1)) {
            throw new InvalidModelException(
                    "the attribute steps is \"" + steps + "\", must be an integer of at least 1");
        }
        return new UsualSampling(named, number);
    }

    /**
     * The request with these where it gives none.
     *
     * @throws io.stepwise.schema.InvalidMessageException naming the fields that don't go with this sampler
     */
    GenerationRequest in(GenerationRequest request) {
        Integer asked = request.steps();
        SamplerName named = request.sampler();
        return (named == null && sampler != null) || (asked == null && steps != null)
                ? request.with(asked == null ? steps : asked, named == null ? sampler : named)
                : request;
    }
}
