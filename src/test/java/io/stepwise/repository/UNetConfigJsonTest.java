package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.model.UNetConfig;
import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UNetConfigJsonTest {
    @TempDir
    private Path folder;

    @Test
    void read_emptyObject_hasDiffusersDefaults() throws IOException {
        UNetConfig config = read("{}");
        assertThat(config).isEqualTo(UNetConfigJson.DEFAULTS);
        assertThat(config.sampleHeight()).isNull();
        assertThat(config.blockOutChannels()).containsExactly(224, 448, 672, 896);
        assertThat(config.attentionHeadDim()).isEqualTo(8);
        assertThat(config.normEps()).isEqualTo(1e-5);
        assertThat(config.flipSinToCos()).isTrue();
    }

    @Test
    void read_nullWhereItMeansSomething_isNotTheDefault() throws IOException {
        UNetConfig config = read("{\"attention_head_dim\": null, \"mid_block_type\": null}");
        assertThat(config.attentionHeadDim()).isNull();
        assertThat(config.midBlockType()).isNull();
    }

    @Test
    void read_sampleSizeAsPair_isHeightThenWidth() throws IOException {
        UNetConfig config = read("{\"sample_size\": [64, 32]}");
        assertThat(config.sampleHeight()).isEqualTo(64);
        assertThat(config.sampleWidth()).isEqualTo(32);
        assertThat(UNetConfigJson.toObject(config).get("sample_size").toString())
                .isEqualTo("[64,32]");
    }

    @Test
    void toObject_numbersThatAreWhole_areWrittenAsDiffusersWritesThem() throws IOException {
        assertThat(UNetConfigJson.toObject(read("{\"freq_shift\": 1, \"mid_block_scale_factor\": 2.0}"))
                        .toString())
                .contains("\"freq_shift\":1,")
                .contains("\"mid_block_scale_factor\":2.0,");
        assertThat(UNetConfigJson.toObject(read("{}")).toString()).contains("\"mid_block_scale_factor\":1,");
    }

    @Test
    void read_otherSpellings_areUnderstood() throws IOException {
        UNetConfig config = read("{\"act_fn\": \"swish\", \"downsample_type\": null, \"down_block_types\": "
                + "[\"UNetResDownBlock2D\", \"DownBlock2D\", \"UNetResAttnDownBlock2D\", \"DownBlock2D\"]}");
        assertThat(config.actFn()).isEqualTo(UNetConfig.ActFn.SILU);
        assertThat(config.downsampleType()).isEqualTo(UNetConfig.ResampleType.CONV);
        assertThat(config.downBlockTypes())
                .isEqualTo(List.of("DownBlock2D", "DownBlock2D", "AttnDownBlock2D", "DownBlock2D"));
    }

    @Test
    void read_keysOfTheLibraryAndItsEma_arePassedOver() throws IOException {
        assertThat(read("{\"_name_or_path\": \"x\", \"decay\": 0.9999, \"optimization_step\": 7}"))
                .isEqualTo(UNetConfigJson.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"dual_cross_attention\": true}; unknown key dual_cross_attention, must be one of",
                "{\"_class_name\": \"UNet2DConditionModel\"}; UNet2DConditionModel must be UNet2DModel",
                "{\"in_channels\": \"3\"}; in_channels \"3\" must be a whole number",
                "{\"in_channels\": 3.5}; in_channels 3.5 must be a whole number",
                "{\"in_channels\": null}; in_channels must not be null",
                "{\"norm_num_groups\": null}; norm_num_groups must not be null",
                "{\"class_embed_type\": \"projection\"}; class_embed_type \"projection\" must be one of [timestep, identity]",
                "{\"resnet_time_scale_shift\": \"ada_group\"}; resnet_time_scale_shift \"ada_group\" must be one of [default,",
                "{\"time_embedding_type\": \"sinus\"}; time_embedding_type \"sinus\" must be one of [positional, fourier, learned]",
                "{\"encoder_hid_dim\": 768}; unknown key encoder_hid_dim",
                "{\"in_channels\": 0}; in_channels 0 must be 1 … 65536",
                "{\"in_channels\": 99999999999}; in_channels",
                "{\"norm_eps\": \"small\"}; norm_eps \"small\" must be a number",
                "{\"norm_eps\": NaN}; norm_eps NaN must be in (0, 1)",
                "{\"dropout\": 1}; dropout 1.0 must be in [0, 1)",
                "{\"center_input_sample\": 1}; center_input_sample 1 must be true or false",
                "{\"act_fn\": \"tanh\"}; act_fn \"tanh\" must be one of [silu, mish, gelu, relu]",
                "{\"block_out_channels\": 32}; block_out_channels 32 must be a list",
                "{\"block_out_channels\": [32, null, 32, 32]}; must be",
                "{\"block_out_channels\": [32, 48, 64, 32]}; block_out_channels[1] 48 must be a multiple of norm_num_groups 32",
                "{\"block_out_channels\": [32, 32]}; down_block_types",
                "{\"down_block_types\": [\"DownBlock2D\"]}; must be of length 4, as block_out_channels",
                "{\"mid_block_type\": \"UNetMidBlock2DCrossAttn\"}; mid_block_type UNetMidBlock2DCrossAttn must be one of",
                "{\"downsample_padding\": 2}; downsample_padding 2 must be 0 … 1",
                "{\"sample_size\": 30}; sample_size [30, 30] must be multiples of 8",
                "{\"sample_size\": \"32\"}; sample_size \"32\" must be a whole number, [height, width] or null",
                "{\"sample_size\": [32]}; must be a whole number, [height, width] or null",
                "{\"sample_size\": [32, null]}; sample_size [32, null] must be two numbers or none",
                "{\"time_embedding_type\": \"learned\"}; num_train_timesteps null must be given for",
                "{\"freq_shift\": 112}; freq_shift 112.0 must be below 112",
                "{\"attention_head_dim\": 9}; attention_head_dim 9 must be a divisor of the level's channels 448",
                "{\"attn_norm_num_groups\": 5}; attn_norm_num_groups 5 must be a divisor of the level's channels 896",
                "{\"num_class_embeds\": 0}; num_class_embeds 0 must be",
                "{\"layers_per_block\": 0}; layers_per_block 0 must be 1 … 64",
                "{\"layers_per_block\": 2, \"layers_per_block\": 2}; is not valid JSON: Duplicate",
                "{} {}; is not valid JSON",
                "[]; must be a JSON object"
            })
    void read_whatCantBe_isRefusedWithKeyValueAndAllowed(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith("config.json: ")
                .hasMessageContaining(message);
    }

    private UNetConfig read(String json) throws IOException {
        return UNetConfigJson.read(Files.writeString(folder.resolve("config.json"), json));
    }
}
