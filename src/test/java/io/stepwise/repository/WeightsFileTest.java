package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.model.ParameterSpec;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.Safetensors;
import io.stepwise.repository.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFileTest {
    private static final List<ParameterSpec> SPECS = List.of(
            new ParameterSpec("conv.weight", List.of(2, 1)),
            new ParameterSpec("mid_block.attentions.0.to_out.0.weight", List.of(1, 1)),
            new ParameterSpec("bias", List.of(1)));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("weights.safetensors");
    }

    @Test
    void readFlat_tensorsInAnotherOrder_followsTheSpecs() throws IOException {
        WeightsFile.writeFlat(file, SPECS, new float[] {1, 2, 3, 4}, Dtype.BF16);
        assertThat(WeightsFile.readFlat(file, SPECS)).containsExactly(1, 2, 3, 4);
        assertThat(WeightsFile.check(file, SPECS)).isTrue();
    }

    @Test
    void readFlat_oldNameAndConvolutionShape_isTheParameterOfToday() throws IOException {
        write(
                tensor("conv.weight", List.of(2, 1), 1, 2),
                tensor("mid_block.attentions.0.proj_attn.weight", List.of(1, 1, 1, 1), 3),
                tensor("bias", List.of(1), 4));
        assertThat(WeightsFile.readFlat(file, SPECS)).containsExactly(1, 2, 3, 4);
        assertThat(WeightsFile.check(file, SPECS)).isFalse();
    }

    @Test
    void readFlat_missingSurplusAndMisshapenTensors_areAllListed() throws IOException {
        write(
                tensor("conv.weight", List.of(1, 2), 1, 2),
                tensor("bias", List.of(1), 4),
                tensor("extra", List.of(1), 5));
        assertThatThrownBy(() -> WeightsFile.readFlat(file, SPECS))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("weights.safetensors does not fit the network: "
                        + "conv.weight has shape [1, 2], must have [2, 1]; "
                        + "mid_block.attentions.0.to_out.0.weight is missing, must have shape [1, 1]; "
                        + "extra with shape [1] has no place in the network");
    }

    @Test
    void readFlat_convolutionShapeOutsideAttention_isMisshapen() throws IOException {
        write(
                tensor("conv.weight", List.of(2, 1, 1, 1), 1, 2),
                tensor("mid_block.attentions.0.to_out.0.weight", List.of(1, 1), 3),
                tensor("bias", List.of(1), 4));
        assertThatThrownBy(() -> WeightsFile.readFlat(file, SPECS))
                .hasMessageContaining("conv.weight has shape [2, 1, 1, 1], must have [2, 1]");
    }

    @Test
    void readFlat_oldAndNewNameOfOneParameter_isRefused() throws IOException {
        write(
                tensor("conv.weight", List.of(2, 1), 1, 2),
                tensor("mid_block.attentions.0.to_out.0.weight", List.of(1, 1), 3),
                tensor("mid_block.attentions.0.proj_attn.weight", List.of(1, 1), 3),
                tensor("bias", List.of(1), 4));
        assertThatThrownBy(() -> WeightsFile.readFlat(file, SPECS)).hasMessageContaining("are the same parameter");
    }

    @Test
    void readFlat_weightsThatAreNotFinite_areRefusedByName() throws IOException {
        WeightsFile.writeFlat(file, SPECS, new float[] {1, Float.NaN, 3, Float.NEGATIVE_INFINITY}, Dtype.F16);
        assertThatThrownBy(() -> WeightsFile.readFlat(file, SPECS))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("conv.weight[1] is NaN, must be finite; bias[0] is -Infinity, must be finite");
    }

    @Test
    void modern_everyOldName_isTodays() {
        assertThat(WeightsFile.modern("down_blocks.1.attentions.0.query.weight"))
                .isEqualTo("down_blocks.1.attentions.0.to_q.weight");
        assertThat(WeightsFile.modern("up_blocks.2.attentions.1.key.bias"))
                .isEqualTo("up_blocks.2.attentions.1.to_k.bias");
        assertThat(WeightsFile.modern("mid_block.attentions.0.value.weight"))
                .isEqualTo("mid_block.attentions.0.to_v.weight");
        assertThat(WeightsFile.modern("mid_block.attentions.0.proj_attn.bias"))
                .isEqualTo("mid_block.attentions.0.to_out.0.bias");
        assertThat(WeightsFile.modern("mid_block.attentions.0.group_norm.bias"))
                .isEqualTo("mid_block.attentions.0.group_norm.bias");
        assertThat(WeightsFile.modern("key.weight")).isEqualTo("key.weight");
    }

    private void write(Tensor... tensors) throws IOException {
        Safetensors.write(file, List.of(tensors), Map.of(), Dtype.F32);
    }

    private static Tensor tensor(String name, List<Integer> shape, float... values) {
        return new Tensor(name, shape, values, 0);
    }
}
