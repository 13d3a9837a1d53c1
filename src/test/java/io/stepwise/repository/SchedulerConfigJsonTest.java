package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerConfigJsonTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();
    private static final String COMMON = "\"_diffusers_version\": \"0.40.0.dev0\", \"beta_end\": 0.012, "
            + "\"beta_schedule\": \"scaled_linear\", \"beta_start\": 0.00085, \"num_train_timesteps\": 1000, "
            + "\"prediction_type\": \"v_prediction\", \"steps_offset\": 1, \"timestep_spacing\": \"trailing\", "
            + "\"trained_betas\": null, ";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{" + COMMON + "\"_class_name\": \"DDIMScheduler\", \"clip_sample\": false, "
                        + "\"clip_sample_range\": 2.0, \"dynamic_thresholding_ratio\": 0.9, "
                        + "\"rescale_betas_zero_snr\": true, \"sample_max_value\": 1.5, "
                        + "\"set_alpha_to_one\": false, \"thresholding\": true}",
                "{" + COMMON + "\"_class_name\": \"DPMSolverMultistepScheduler\", \"solver_order\": 2, "
                        + "\"lambda_min_clipped\": -Infinity, \"solver_type\": \"midpoint\", \"solver_p\": null, "
                        + "\"disable_corrector\": [1, 2], \"use_karras_sigmas\": true}"
            })
    void write_whatWasRead_keepsEveryKeyAndAddsNone(String json) throws IOException {
        Path written = folder.resolve("written.json");
        SchedulerConfigJson.write(written, read(json));
        JsonNode copy = JSON.readTree(written.toFile());
        assertThat(copy).isEqualTo(JSON.readTree(json));
    }

    @Test
    void read_publishedDdpmOfVersionZero_hasTheDefaultsOfItsClass() throws IOException {
        DiscreteSchedulerConfig config = read("{\"_class_name\": \"DDPMScheduler\", \"_diffusers_version\": \"0.1.1\", "
                + "\"beta_end\": 0.02, \"beta_schedule\": \"linear\", \"beta_start\": 0.0001, "
                + "\"clip_sample\": true, \"num_train_timesteps\": 1000, \"trained_betas\": null, "
                + "\"variance_type\": \"fixed_large\"}");
        assertThat(config.varianceType()).isEqualTo("fixed_large");
        assertThat(config.predictionType()).isEqualTo("epsilon");
        assertThat(config.timestepSpacing()).isEqualTo("leading");
        assertThat(config.clipSampleRange()).isEqualTo(1);
        assertThat(config.otherKeys()).containsOnlyKeys("_diffusers_version");
    }

    @Test
    void read_predictEpsilonFalse_isPredictionOfTheSample() throws IOException {
        assertThat(read("{\"_class_name\": \"DDPMScheduler\", \"predict_epsilon\": false}")
                        .predictionType())
                .isEqualTo("sample");
    }

    /** diffusers' DDIMPipeline makes a DDIMScheduler of it, whose own default is true. Otherwise DDIM leaves grain. */
    @Test
    void defaults_ofAClassWithoutTheKey_endDdimAtTheCleanImage() {
        assertThat(SchedulerConfigJson.defaults("DDPMScheduler").setAlphaToOne())
                .isTrue();
    }

    @Test
    void defaults_perClass_areDiffusers() {
        assertThat(SchedulerConfigJson.defaults("HeunDiscreteScheduler").betaEnd())
                .isEqualTo(0.012);
        assertThat(SchedulerConfigJson.defaults("HeunDiscreteScheduler").clipSample())
                .isFalse();
        assertThat(SchedulerConfigJson.defaults("DDIMScheduler").setAlphaToOne())
                .isTrue();
        assertThat(SchedulerConfigJson.defaults("PNDMScheduler").setAlphaToOne())
                .isFalse();
        assertThat(SchedulerConfigJson.defaults("PNDMScheduler").timestepSpacing())
                .isEqualTo("leading");
        assertThat(SchedulerConfigJson.defaults("UniPCMultistepScheduler").timestepSpacing())
                .isEqualTo("linspace");
    }

    @Test
    void with_otherKeys_areWritten() throws IOException {
        DiscreteSchedulerConfig config = SchedulerConfigJson.defaults("DDPMScheduler")
                .with(Map.of(
                        "num_train_timesteps",
                        3,
                        "trained_betas",
                        List.of(1e-4, 0.5, 0.999),
                        "_stepwise_schedule",
                        "cosine"));
        Path written = folder.resolve("written.json");
        SchedulerConfigJson.write(written, config);
        JsonNode json = JSON.readTree(written.toFile());
        assertThat(json.get("trained_betas").toString()).isEqualTo("[1.0E-4,0.5,0.999]");
        assertThat(json.get("num_train_timesteps").asInt()).isEqualTo(3);
        DiscreteSchedulerConfig read = (DiscreteSchedulerConfig) SchedulerConfigJson.read(written);
        assertThat(read.trainedBetas()).containsExactly(1e-4, 0.5, 0.999);
        assertThat(read.otherKeys()).containsEntry("_stepwise_schedule", "cosine");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{}; _class_name null must be one of [DDIMParallelScheduler",
                "{\"_class_name\": \"DDPMScheduler\", \"num_train_timesteps\": 0}; num_train_timesteps 0 must be 1 …",
                "{\"_class_name\": \"DDPMScheduler\", \"beta_end\": 1.5}; beta_end 1.5 must be in [0, 1]",
                "{\"_class_name\": \"DDPMScheduler\", \"beta_end\": NaN}; beta_end NaN must be in [0, 1]",
                "{\"_class_name\": \"DDPMScheduler\", \"beta_schedule\": null}; beta_schedule must not be null",
                "{\"_class_name\": \"DDPMScheduler\", \"clip_sample\": \"yes\"}; clip_sample \"yes\" must be true or",
                "{\"_class_name\": \"DDPMScheduler\", \"trained_betas\": [0.1]}; the length of trained_betas 1 must be",
                "{\"_class_name\": \"DDPMScheduler\", \"trained_betas\": [2], \"num_train_timesteps\": 1}; trained_betas 2.0"
            })
    void read_whatCantBe_isRefusedWithKeyValueAndAllowed(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }

    private DiscreteSchedulerConfig read(String json) throws IOException {
        return (DiscreteSchedulerConfig)
                SchedulerConfigJson.read(Files.writeString(folder.resolve("scheduler_config.json"), json));
    }
}
