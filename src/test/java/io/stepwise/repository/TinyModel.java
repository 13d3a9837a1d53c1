package io.stepwise.repository;

import io.stepwise.model.ParameterSpec;
import io.stepwise.model.UNet;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The smallest U-Net there is, for tests that need a model but not its images. */
final class TinyModel {
    private static final String CONFIG = "{\"sample_size\": 2, \"in_channels\": 1, \"out_channels\": 1, "
            + "\"block_out_channels\": [4], \"down_block_types\": [\"DownBlock2D\"], "
            + "\"up_block_types\": [\"UpBlock2D\"], \"layers_per_block\": 1, \"norm_num_groups\": 2, "
            + "\"attention_head_dim\": null}";

    private TinyModel() {}

    static UNetConfig config() throws IOException {
        Path file = Files.createTempFile("config", ".json");
        try {
            return UNetConfigJson.read(Files.writeString(file, CONFIG));
        } finally {
            Files.delete(file);
        }
    }

    static List<ParameterSpec> parameters() throws IOException {
        return UNet.of(config()).parameters();
    }

    /** Weights that all are {@code value}. */
    static float[] weights(float value) throws IOException {
        float[] flat = new float[(int) UNet.of(config()).parameterCount()];
        Arrays.fill(flat, value);
        return flat;
    }

    static void write(Path folder, float value) throws IOException {
        write(folder, value, Dtype.F32);
    }

    static void write(Path folder, float value, Dtype dtype) throws IOException {
        PipelineFolder.write(
                folder,
                config(),
                SchedulerConfigJson.defaults("DDIMScheduler"),
                WeightsFile.tensors(parameters(), weights(value)),
                dtype);
    }
}
