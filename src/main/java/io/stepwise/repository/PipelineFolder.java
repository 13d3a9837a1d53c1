package io.stepwise.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.UNet;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.Safetensors;
import io.stepwise.repository.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A diffusers pipeline on disk: a U-Net with its weights and its scheduler. {@code DDPMPipeline.from_pretrained} opens
 * the folders that Stepwise writes.
 *
 * @param folder the pipeline's folder, or the folder of a bare U-Net
 * @param unetConfigFile the configuration of the U-Net
 * @param weightsFile its weights, safetensors, or the index of the files that they are split into
 * @param schedulerConfigFile {@code scheduler/scheduler_config.json}, or {@code scheduler_config.json} beside {@code
 *     config.json} as in the first repositories of diffusers; null if there is none
 */
public record PipelineFolder(Path folder, Path unetConfigFile, Path weightsFile, @Nullable Path schedulerConfigFile)
        implements NetworkFolder {
    public static final String UNET_CONFIG = "unet/config.json";
    public static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";
    public static final String SCHEDULER_CONFIG = "scheduler/scheduler_config.json";

    /** The files {@link #write} writes, by their paths in the folder. */
    public static final List<String> FILES = List.of(MODEL_INDEX, UNET_CONFIG, WEIGHTS, SCHEDULER_CONFIG);

    private static final List<String> PARTS = List.of("unet", "scheduler");

    /**
     * Finds the files of a pipeline folder, also with half-precision variants, or of a bare U-Net folder ({@code
     * config.json} and weights). Reads none of them. Links are followed, because download caches consist of them.
     *
     * @throws InvalidModelException when a part is missing or has a format that is not read
     */
    public static PipelineFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "is not a folder");
        }
        boolean bare = !Files.isDirectory(folder.resolve("unet"));
        Path unet = bare ? folder : folder.resolve("unet");
        Path config = unet.resolve("config.json");
        if (!Files.isRegularFile(config)) {
            throw new InvalidModelException("neither " + UNET_CONFIG + " nor config.json is in the folder "
                    + folder.getFileName() + ", so it is no diffusers folder");
        }
        return new PipelineFolder(folder, config, WeightsFile.find(unet), findScheduler(folder));
    }

    private static @Nullable Path findScheduler(Path folder) throws IOException {
        Path below = folder.resolve(SCHEDULER_CONFIG);
        Path beside = folder.resolve(below.getFileName());
        if (!Files.isRegularFile(below)) {
            return Files.isRegularFile(beside) ? beside : null;
        }
        if (Files.isRegularFile(beside) && !JsonFiles.read(below).equals(JsonFiles.read(beside))) {
            throw new InvalidModelException(SCHEDULER_CONFIG + " and " + beside.getFileName()
                    + " differ: leave only the one that the weights were trained with");
        }
        return below;
    }

    /**
     * Writes a pipeline folder with F32, F16 or BF16 weights.
     *
     * @param folder created if it does not exist
     */
    public static PipelineFolder write(
            Path folder, UNetConfig unet, SchedulerConfig scheduler, List<Tensor> weights, Dtype dtype)
            throws IOException {
        writeConfigs(folder, unet, scheduler);
        Safetensors.write(folder.resolve(WEIGHTS), weights, Map.of("format", "pt"), dtype);
        return open(folder);
    }

    /** Writes everything but the weights. */
    private static void writeConfigs(Path folder, UNetConfig unet, SchedulerConfig scheduler) throws IOException {
        Files.createDirectories(folder.resolve("unet"));
        Files.createDirectories(folder.resolve("scheduler"));
        ObjectNode index = JsonFiles.newObject();
        index.put("_class_name", scheduler.className().startsWith("DDIM") ? "DDIMPipeline" : "DDPMPipeline");
        index.put("_diffusers_version", UNetConfigJson.DIFFUSERS_VERSION);
        index.putArray("scheduler").add("diffusers").add(scheduler.className());
        index.putArray("unet").add("diffusers").add(UNetConfigJson.CLASS_NAME);
        JsonFiles.write(folder.resolve(MODEL_INDEX), index);
        UNetConfigJson.write(folder.resolve(UNET_CONFIG), unet);
        SchedulerConfigJson.write(folder.resolve(SCHEDULER_CONFIG), scheduler);
    }

    public UNetConfig unetConfig() throws IOException {
        return UNetConfigJson.read(unetConfigFile);
    }

    /**
     * @throws InvalidModelException when there is none: any guess would give other pictures without a word
     */
    public SchedulerConfig schedulerConfig() throws IOException {
        if (schedulerConfigFile == null) {
            throw new InvalidModelException("neither " + SCHEDULER_CONFIG + " nor scheduler_config.json beside "
                    + "config.json is in the folder " + folder.getFileName() + ", and the noise schedule can't be "
                    + "guessed: add the scheduler_config.json that the network was trained with");
        }
        return SchedulerConfigJson.read(schedulerConfigFile);
    }

    @Override
    public UNet network() throws IOException {
        try {
            return UNet.of(unetConfig());
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(unetConfigFile.getFileName() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable Integer classes() throws IOException {
        return unetConfig().numClassEmbeds();
    }

    @Override
    public String weightsPath() {
        return WEIGHTS;
    }

    @Override
    public void writeConfigs(Path target) throws IOException {
        writeConfigs(target, unetConfig(), schedulerConfig());
    }

    @Override
    public List<ParameterSpec> parameters() throws IOException {
        UNetConfig config = unetConfig();
        Integer height = config.sampleHeight();
        Integer width = config.sampleWidth();
        int smallest = 1 << (config.blockOutChannels().size() - 1);
        try {
            return new UNet(config, height == null ? smallest : height, width == null ? smallest : width).parameters();
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(unetConfigFile.getFileName() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean check() throws IOException {
        requireParts();
        SchedulerBridge.check(schedulerConfig(), unetConfig());
        return WeightsFile.check(weightsFile, parameters());
    }

    /**
     * Checks that {@code model_index.json}, if there is one, names a U-Net and a scheduler and nothing more: the pictures
     * of a pipeline with a decoder are not what its U-Net makes.
     */
    private void requireParts() throws IOException {
        Path index = folder.resolve(MODEL_INDEX);
        if (!Files.isRegularFile(index)) {
            return;
        }
        for (Map.Entry<String, JsonNode> part : JsonFiles.read(index).properties()) {
            JsonNode type = part.getValue().path(1); // [library, class], or [null, null] for a part that is left out
            if (type.isTextual() && !PARTS.contains(part.getKey())) {
                throw new InvalidModelException(MODEL_INDEX + ": " + part.getKey() + " " + type.textValue()
                        + " must be left out: only " + PARTS + " are run");
            }
        }
    }
}
