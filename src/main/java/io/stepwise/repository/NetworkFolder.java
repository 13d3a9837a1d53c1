package io.stepwise.repository;

import io.stepwise.model.Network;
import io.stepwise.model.ParameterSpec;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A folder of a network with its weights and all that is needed to make images with it. */
public sealed interface NetworkFolder permits PipelineFolder, LatentFolder {
    /** The file that names the kind of the folder. */
    String MODEL_INDEX = "model_index.json";

    /**
     * Finds the files of a folder: of a GAN or a VAE as {@code model_index.json} says, otherwise of a diffusers pipeline. Reads
     * no other file.
     *
     * @throws InvalidModelException when a part is missing or has a format that is not read
     */
    static NetworkFolder open(Path folder) throws IOException {
        Path index = folder.resolve(MODEL_INDEX);
        String className = Files.isRegularFile(index)
                ? JsonFiles.read(index).path("_class_name").asText()
                : "";
        return LatentFolder.isClass(className) ? LatentFolder.open(folder) : PipelineFolder.open(folder);
    }

    /**
     * Its network.
     *
     * @throws InvalidModelException when the configuration is wrong, or leaves the size of images open
     */
    Network network() throws IOException;

    /** The number of the network's classes; null if it has none. */
    @Nullable
    Integer classes() throws IOException;

    /** The parameters of the network, in its order. */
    List<ParameterSpec> parameters() throws IOException;

    /** The file of the weights, safetensors, or the index of the files that they are split into. */
    Path weightsFile();

    /** The path of the weights in a folder that {@link #writeConfigs} begins. */
    String weightsPath();

    /** Writes everything but the weights. */
    void writeConfigs(Path target) throws IOException;

    /**
     * Reads the configurations and checks the names and shapes of the weights against them.
     *
     * @return whether the weights are stored in one file in the present form
     * @throws InvalidModelException when they do not fit
     */
    boolean check() throws IOException;

    /**
     * The weights, concatenated in the order of {@link #parameters}.
     *
     * @throws InvalidModelException when they do not fit the configuration or are not finite
     */
    default float[] weights() throws IOException {
        return WeightsFile.readFlat(weightsFile(), parameters());
    }

    /**
     * Passes the same weights to {@code sink} in pieces, with little memory.
     *
     * @throws InvalidModelException when they do not fit the configuration or are not finite
     */
    default void readWeights(WeightsFile.Sink sink) throws IOException {
        WeightsFile.read(weightsFile(), parameters(), sink);
    }
}
