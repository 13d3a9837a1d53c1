package io.stepwise.serving.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.diffusion.SamplerOptions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplerNameTest {
    @Test
    void names_areThoseOfTheSamplersThereAre() {
        assertThat(Arrays.stream(SamplerName.values()).map(SamplerName::wireName))
                .containsExactlyElementsOf(SamplerOptions.NAMES);
    }

    @ParameterizedTest
    @EnumSource
    void spacings_areThoseTheSamplerTakes(SamplerName sampler) {
        assertThat(sampler.spacings().stream().map(Spacing::wireName))
                .containsExactlyElementsOf(SamplerOptions.spacings(sampler.wireName()));
    }
}
