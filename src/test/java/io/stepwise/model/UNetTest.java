package io.stepwise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.model.training.TrainingOps;
import io.stepwise.repository.UNetConfigJson;
import io.stepwise.repository.files.JsonFiles;
import io.stepwise.repository.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UNetTest {
    private static final Path TINY = Path.of("src/test/resources/golden/unet-tiny");

    @TestFactory
    Stream<DynamicTest> parameters_everyGoldenNetwork_haveTheNamesAndShapesOfItsWeights() throws IOException {
        return GoldenUNet.folders().stream()
                .filter(folder -> !folder.toString().endsWith("-oldnames"))
                .map(folder -> dynamicTest(folder.getFileName().toString(), () -> {
                    UNet net = GoldenUNet.read(folder).net();
                    try (Safetensors weights =
                            Safetensors.open(folder.resolve("diffusion_pytorch_model.safetensors"))) {
                        assertThat(net.parameters())
                                .extracting(ParameterSpec::name)
                                .containsExactlyInAnyOrderElementsOf(weights.names());
                        for (ParameterSpec parameter : net.parameters()) {
                            assertThat(parameter.shape().stream()
                                            .map(Integer::longValue)
                                            .toList())
                                    .isEqualTo(weights.shape(parameter.name()));
                        }
                    }
                }));
    }

    @Test
    void parameters_anyPrecision_haveTheSameOrder() throws IOException {
        UNet net = GoldenUNet.read(TINY).net();
        Ops training = new TrainingOps(Precision.BF16);
        net.forward(training, "x", "t", "y");
        Ops inference = new InferenceOps(Precision.BF16, false, 1);
        net.forward(inference, "x", "t", "y");
        assertThat(training.parameters()).isEqualTo(net.parameters());
        assertThat(inference.parameters()).isEqualTo(net.parameters());
        Ops quantized = new QuantizedOps(1);
        net.forward(quantized, "x", "t", "y");
        assertThat(quantized.parameters()).isEqualTo(net.parameters());
    }

    /** A convolution of 3x3 from 3 to 16 channels on 16x16 has 2·16·16·16·27 operations; all grow with the area. */
    @Test
    void flops_largerImages_growAtLeastWithTheArea() throws IOException {
        UNetConfig config = UNetConfigJson.read(TINY.resolve("config.json"));
        long small = new UNet(config, 16, 16).flops();
        assertThat(small).isGreaterThan(2L * 16 * 16 * 16 * 27);
        assertThat(new UNet(config, 32, 32).flops()).isBetween(3 * small, 16 * small);
    }

    @ParameterizedTest
    @CsvSource({"0, 16", "16, 0", "-2, 16", "16, 15"})
    void new_sizeThatCannotBeHalved_isRefused(int height, int width) throws IOException {
        UNetConfig config = UNetConfigJson.read(TINY.resolve("config.json"));
        assertThatThrownBy(() -> new UNet(config, height, width))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sample_size " + height + "x" + width + " must be positive multiples of 2");
    }

    @Test
    void of_openSize_isRefused() {
        assertThatThrownBy(() -> UNet.of(UNetConfigJson.fromObject("", JsonFiles.newObject())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sample_size null");
    }

    @TestFactory
    Stream<DynamicTest> config_skipBlocksThatCannotWork_areRefused() throws IOException {
        Path skip = TINY.resolveSibling("unet-skip");
        UNetConfig valid = UNetConfigJson.read(skip.resolve("config.json"));
        Map<String, Map<String, Object>> changes = Map.of(
                "in_channels 1 must be 3 with SkipDownBlock2D", Map.of("in_channels", 1),
                "out_channels 6 must be 3 with SkipUpBlock2D", Map.of("out_channels", 6),
                "must be Skip blocks before every Skip block",
                        Map.of("down_block_types", List.of("DownBlock2D", "SkipDownBlock2D")),
                "must be Skip blocks after every Skip block",
                        Map.of("up_block_types", List.of("SkipUpBlock2D", "UpBlock2D")),
                "multiples of 32 at the levels of AttnSkipDownBlock2D", Map.of("block_out_channels", List.of(8, 48)));
        return changes.entrySet().stream()
                .map(change -> dynamicTest(change.getKey(), () -> {
                    ObjectNode object = UNetConfigJson.toObject(valid);
                    object.setAll((ObjectNode) new ObjectMapper().valueToTree(change.getValue()));
                    assertThatThrownBy(() -> UNetConfigJson.fromObject("config.json", object))
                            .hasMessageContaining(change.getKey());
                }));
    }

    /** A Skip block counts a norm's groups from its channels: 132 channels would have 32. */
    @Test
    void parameters_groupsThatDoNotDivide_areRefused() throws IOException {
        ObjectNode object = UNetConfigJson.toObject(
                UNetConfigJson.read(TINY.resolveSibling("unet-skip").resolve("config.json")));
        object.putArray("block_out_channels").add(132).add(32);
        object.put("norm_num_groups", 4);
        UNetConfig config = UNetConfigJson.fromObject("config.json", object);
        assertThatThrownBy(() -> UNet.of(config).parameters())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("132 channels, must be a multiple of its 32 groups");
    }
}
