package io.stepwise.serving.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.diffusion.sampler.SamplerOptions;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.serving.request.GenerationRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsualSamplingTest {
    private static GenerationRequest request(
            @Nullable Integer steps, @Nullable SamplerName sampler, SamplerOptions options) {
        return new GenerationRequest(
                null, null, 1, 1, 0, steps, sampler, options, null, 1, null, 5, null, null, null, null, null);
    }

    @Test
    void in_requestThatLeavesThemOut_hasThem() throws Exception {
        UsualSampling few = UsualSampling.of(Map.of("sampler", "lcm", "steps", "2"));

        GenerationRequest completed = few.in(request(null, null, SamplerOptions.USUAL));
        assertThat(completed.sampler()).isEqualTo(SamplerName.LCM);
        assertThat(completed.steps()).isEqualTo(2);

        GenerationRequest given = request(7, SamplerName.DDIM, SamplerOptions.USUAL);
        assertThat(few.in(given)).isEqualTo(given);
        assertThat(few.in(request(null, SamplerName.HEUN, SamplerOptions.USUAL)).steps())
                .isEqualTo(2);
        GenerationRequest open = request(null, null, SamplerOptions.USUAL);
        assertThat(UsualSampling.of(Map.of("dataset", "faces")).in(open)).isSameAs(open);
    }

    @Test
    void in_optionThatThisSamplerDoesNotTake_isRefusedByName() throws Exception {
        UsualSampling few = UsualSampling.of(Map.of("sampler", "lcm"));

        assertThatThrownBy(() -> few.in(request(null, null, SamplerOptions.ofEta(.5))))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("eta");
    }

    @ParameterizedTest
    @CsvSource({
        "sampler, plms, must be one of [ddim",
        "steps, 0, must be an integer of at least 1",
        "steps, two, must be"
    })
    void of_attributeThatIsNotUnderstood_isRefused(String name, String value, String message) {
        assertThatThrownBy(() -> UsualSampling.of(Map.of(name, value)))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining('"' + value + '"')
                .hasMessageContaining(message);
    }
}
