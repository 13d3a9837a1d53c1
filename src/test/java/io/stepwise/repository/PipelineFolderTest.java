package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.Safetensors;
import io.stepwise.repository.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    void check_noScheduler_isRefusedWithTheWayOut() throws IOException {
        PipelineFolder pipeline = PipelineFolder.open(folder.resolve("unet"));
        assertThat(pipeline.unetConfig()).isEqualTo(TinyModel.config());
        assertThatThrownBy(pipeline::check)
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("scheduler_config.json beside config.json is in the folder unet")
                .hasMessageContaining("add the scheduler_config.json that the network was trained with");
    }

    /** How the first repositories of the hub look: everything lies at the root. */
    @Test
    void importFolder_schedulerBesideConfig_isTheAuthors() throws IOException {
        String author = "{\"_class_name\": \"DDIMScheduler\", \"beta_end\": 0.5, \"tensor_format\": \"pt\"}";
        Path flat = folder.resolve("unet");
        Files.writeString(flat.resolve("scheduler_config.json"), author);
        Files.move(folder.resolve(PipelineFolder.MODEL_INDEX), flat.resolve(PipelineFolder.MODEL_INDEX));

        ModelVersion version = new ModelRepository(temporary.resolve("models")).importFolder(flat, "flat");

        DiscreteSchedulerConfig kept =
                (DiscreteSchedulerConfig) version.pipeline().schedulerConfig();
        assertThat(kept.betaEnd()).isEqualTo(.5);
        assertThat(kept.otherKeys()).containsEntry("tensor_format", "pt");
    }

    @Test
    void open_twoSchedulersThatDiffer_areRefused() throws IOException {
        Path below = folder.resolve(PipelineFolder.SCHEDULER_CONFIG);
        Path beside = Files.copy(below, folder.resolve("scheduler_config.json"));
        assertThat(PipelineFolder.open(folder).schedulerConfigFile()).isEqualTo(below);

        Files.writeString(beside, "{\"_class_name\": \"DDPMScheduler\"}");
        assertRefused("scheduler/scheduler_config.json and scheduler_config.json differ");
    }

    /** A latent diffusion model would otherwise give its latents as pictures. */
    @Test
    void check_aPipelineWithADecoder_isRefusedByName() throws IOException {
        Files.writeString(
                folder.resolve(PipelineFolder.MODEL_INDEX),
                "{\"_class_name\": \"LDMPipeline\", \"vqvae\": [\"diffusers\", \"VQModel\"]}");
        assertThatThrownBy(() -> PipelineFolder.open(folder).check())
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("model_index.json: vqvae VQModel must be left out: only [unet, scheduler] are run");
    }

    @Test
    void check_partsThatAreLeftOut_areNone() throws IOException {
        Files.writeString(
                folder.resolve(PipelineFolder.MODEL_INDEX),
                "{\"_class_name\": \"X\", \"vae\": [null, null], \"requires_safety_checker\": false}");
        assertThat(PipelineFolder.open(folder).check()).isTrue();
    }

    @Test
    void open_linksOfADownloadCache_areFollowed() throws IOException {
        Path blob = temporary.resolve("blob");
        Files.move(weights, blob);
        Files.createSymbolicLink(weights, blob);
        assertThat(PipelineFolder.open(folder).weights()).isEqualTo(TinyModel.weights(0.5f));
    }

    @ParameterizedTest
    @ValueSource(strings = {".fp32", ".fp16", ".bf16"})
    void open_variants_areTaken(String variant) throws IOException {
        Path file = weights.resolveSibling("diffusion_pytorch_model" + variant + ".safetensors");
        Files.move(weights, file);
        assertThat(PipelineFolder.open(folder).weightsFile()).isEqualTo(file);
    }

    @ParameterizedTest
    @CsvSource({
        "diffusion_pytorch_model.safetensors.index.json, diffusion_pytorch_model-0000%d-of-00002.safetensors, F32",
        "diffusion_pytorch_model.safetensors.index.fp16.json, diffusion_pytorch_model.fp16-0000%d-of-00002.safetensors, F16",
        "diffusion_pytorch_model.fp16.safetensors.index.json, diffusion_pytorch_model-0000%d-of-00002.fp16.safetensors, F16",
    })
    void open_splitWeights_areThoseOfOneFile(String index, String part, Dtype dtype) throws IOException {
        split(index, part, dtype);

        PipelineFolder split = PipelineFolder.open(folder);

        assertThat(split.weights()).isEqualTo(TinyModel.weights(0.5f));
        assertThat(split.check()).as("needs no conversion").isFalse();
    }

    /** Every other tensor is in the second file. */
    private void split(String index, String part, Dtype dtype) throws IOException {
        Files.delete(weights);
        List<List<Tensor>> parts = List.of(new ArrayList<>(), new ArrayList<>());
        ObjectNode map = JsonFiles.newObject();
        for (Tensor tensor : WeightsFile.tensors(TinyModel.parameters(), TinyModel.weights(0.5f))) {
            int file = map.size() % 2;
            parts.get(file).add(tensor);
            map.put(tensor.name(), part.formatted(file + 1));
        }
        for (int i = 0; i < 2; i++) {
            Safetensors.write(
                    weights.resolveSibling(part.formatted(i + 1)), parts.get(i), Map.of("format", "pt"), dtype);
        }
        ObjectNode json = JsonFiles.newObject();
        json.putObject("metadata").put("total_size", 1);
        JsonFiles.write(weights.resolveSibling(index), json.set("weight_map", map));
    }

    @Test
    void open_indexThatDisagreesWithItsFiles_isRefusedByName() throws IOException {
        split("diffusion_pytorch_model.safetensors.index.json", "part-%d.safetensors", Dtype.F32);
        Path index = weights.resolveSibling("diffusion_pytorch_model.safetensors.index.json");
        String right = Files.readString(index);
        String first = "\"conv_in.bias\" : \"part-";
        int at = right.indexOf(first) + first.length();
        String other = right.charAt(at) == '1' ? "2" : "1";
        String[][] faults = {
            {right.substring(0, at) + other + right.substring(at + 1), "conv_in.bias is not in part-" + other},
            {right.replace("part-2", "../part-2"), "names \"../part-2.safetensors\""},
            {right.replace("part-2", "part-3"), "part-3.safetensors is missing"},
            {right.replaceFirst("\"conv_in.bias\" : \"[^\"]*\",", ""), "holds conv_in.bias, which"},
            {"{\"weight_map\": {}}", "weight_map must be an object"},
            {"{", "is not valid JSON"}
        };
        for (String[] fault : faults) {
            Files.writeString(index, fault[0]);
            assertThatThrownBy(() -> PipelineFolder.open(folder).check())
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessageContaining(fault[1]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "diffusion_pytorch_model.bin, is a Python pickle",
        "diffusion_pytorch_model.fp16.bin, safe_serialization=True",
        "unet.ckpt, is a Python pickle",
        "diffusion_pytorch_model-00001-of-00002.safetensors, whose index is missing",
        "diffusion_pytorch_model.fp16-00001-of-00002.safetensors, diffusion_pytorch_model.safetensors.index.json",
        "diffusion_pytorch_model-00001-of-00002.fp16.safetensors, whose index is missing",
        "diffusion_pytorch_model-00001-of-00002.bin, is a Python pickle",
        "diffusion_pytorch_model.bin.index.json, is a Python pickle",
        "diffusion_pytorch_model.bin.index.fp16.json, is a Python pickle",
        "diffusion_pytorch_model.non_ema.safetensors, rename the file",
        "model.safetensors, rename the file",
        "diffusion_flax_model.msgpack, save the model with diffusers"
    })
    void open_weightsInAnotherForm_areRefusedWithTheWayOut(String name, String message) throws IOException {
        Files.move(weights, weights.resolveSibling(name));
        assertRefused(name);
        assertRefused(message);
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
