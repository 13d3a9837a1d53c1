package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.model.GoldenUNet;
import io.stepwise.model.ParameterSpec;
import io.stepwise.training.kind.WeightInitialization;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightInitializationTest {
    private final List<ParameterSpec> parameters;

    WeightInitializationTest() throws IOException {
        parameters = GoldenUNet.read(GoldenUNet.root().resolve("unet-classcond"))
                .net()
                .parameters();
    }

    @Test
    void of_sameSeed_givesTheSame() {
        assertThat(WeightInitialization.of(parameters, 9)).isEqualTo(WeightInitialization.of(parameters, 9));
        assertThat(Arrays.equals(WeightInitialization.of(parameters, 9), WeightInitialization.of(parameters, 10)))
                .isFalse();
    }

    @Test
    void of_norms_areTheIdentity() {
        byName().forEach((name, values) -> {
            if (name.contains("norm")) {
                assertThat(values).as(name).containsOnly(name.endsWith(".weight") ? 1 : 0);
            }
        });
    }

    /** So that the network starts by predicting zero, and every residual block by passing its input on. */
    @Test
    void of_lastLayersOfBranches_areZero() {
        byName().forEach((name, values) -> {
            if (name.startsWith("conv_out.") || name.contains(".conv2.") || name.contains(".to_out.0.")) {
                assertThat(values).as(name).containsOnly(0);
            }
        });
    }

    @Test
    void of_convolutionsAndTheirBiases_stayWithinTheirFanIn() {
        Map<String, float[]> values = byName();
        double bound = 1 / Math.sqrt(3 * 9); // conv_in: 3 channels, 3x3
        for (String name : List.of("conv_in.weight", "conv_in.bias")) {
            float greatest = 0;
            for (float value : values.get(name)) {
                greatest = Math.max(greatest, Math.abs(value));
            }
            assertThat((double) greatest).as(name).isBetween(.5 * bound, bound);
        }
    }

    private Map<String, float[]> byName() {
        float[] flat = WeightInitialization.of(parameters, 1);
        Map<String, float[]> parts = new LinkedHashMap<>();
        int offset = 0;
        for (ParameterSpec parameter : parameters) {
            parts.put(parameter.name(), Arrays.copyOfRange(flat, offset, offset += (int) parameter.size()));
        }
        assertThat(offset).isEqualTo(flat.length);
        return parts;
    }
}
