package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineFolderTest {
    private static final String FP16 = "diffusion_pytorch_model.fp16.safetensors";

    @TempDir
    private Path temporary;

    private Path folder;
    private Path weights;

    @BeforeEach
    void write() throws IOException {
        folder = temporary.resolve("pipeline");
        weights = folder.resolve(PipelineFolder.WEIGHTS);
        TinyModel.write(folder, 0.5f, Dtype.F16);
    }

    @Test
    void open_halfPrecisionVariant_isTaken() throws IOException {
        Files.move(weights, weights.resolveSibling(FP16));
        PipelineFolder pipeline = PipelineFolder.open(folder);
        assertThat(pipeline.weightsFile().getFileName()).hasToString(FP16);
        assertThat(pipeline.weights()).isEqualTo(TinyModel.weights(0.5f));
        assertThat(pipeline.schedulerConfig().className()).isEqualTo("DDIMScheduler");
    }

    @Test
    void open_bareUnetFolder_hasThePlainScheduler() throws IOException {
        PipelineFolder pipeline = PipelineFolder.open(folder.resolve("unet"));
        assertThat(pipeline.unetConfig()).isEqualTo(TinyModel.config());
        assertThat(pipeline.schedulerConfig()).isEqualTo(SchedulerConfigJson.defaults("DDPMScheduler"));
    }

    @Test
    void open_linksOfADownloadCache_areFollowed() throws IOException {
        Path blob = temporary.resolve("blob");
        Files.move(weights, blob);
        Files.createSymbolicLink(weights, blob);
        assertThat(PipelineFolder.open(folder).weights()).isEqualTo(TinyModel.weights(0.5f));
    }

    @Test
    void open_pickledWeights_areRefusedWithTheWayOut() throws IOException {
        Files.move(weights, weights.resolveSibling("diffusion_pytorch_model.bin"));
        assertRefused("diffusion_pytorch_model.bin is a Python pickle");
    }

    @Test
    void open_splitWeights_areRefused() throws IOException {
        Files.move(weights, weights.resolveSibling("diffusion_pytorch_model.safetensors.index.json"));
        assertRefused("split into several files");
    }

    @Test
    void open_noWeights_isRefused() throws IOException {
        Files.delete(weights);
        assertRefused("no weights in the folder");
    }

    @Test
    void open_noConfiguration_isRefused() throws IOException {
        Files.delete(folder.resolve(PipelineFolder.UNET_CONFIG));
        assertRefused("neither unet/config.json nor config.json");
    }

    @Test
    void open_noFolder_isNotFound() {
        assertThatThrownBy(() -> PipelineFolder.open(temporary.resolve("nowhere")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void weights_ofAnotherNetwork_areRefused() throws IOException {
        Path config = folder.resolve(PipelineFolder.UNET_CONFIG);
        Files.writeString(config, Files.readString(config).replace("\"in_channels\" : 1", "\"in_channels\" : 3"));
        assertThatThrownBy(() -> PipelineFolder.open(folder).weights())
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("conv_in.weight has shape [4, 1, 3, 3], must have [4, 3, 3, 3]");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> PipelineFolder.open(folder))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }
}
