package io.stepwise.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.model.Network;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.latent.Dcgan;
import io.stepwise.model.latent.LatentShape;
import io.stepwise.model.latent.Vae;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import io.stepwise.repository.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A GAN's generator or a VAE on disk, in a format of Stepwise (docs/generators.md): {@code model_index.json} names the kind,
 * {@code generator/config.json} describes the network, {@code generator/weights.safetensors} has its weights.
 *
 * @param network as the configuration describes it
 */
public record LatentFolder(Path folder, Network network) implements NetworkFolder {
    static final String CONFIG = "generator/config.json";
    static final String WEIGHTS = "generator/weights.safetensors";

    /** The files {@link #write} writes, by their paths in the folder. */
    static final List<String> FILES = List.of(MODEL_INDEX, CONFIG, WEIGHTS);

    private static final String GAN = "StepwiseGan";
    private static final String VAE = "StepwiseVae";

    /** The configuration; its class is that of {@code model_index.json}. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Config(
            @JsonProperty("_class_name") String className,
            int sampleSize,
            int latentSize,
            List<Integer> blockOutChannels,
            @JsonInclude @Nullable Integer numClassEmbeds,
            Vae.@Nullable Reconstruction reconstruction) {
        static Config of(Network network) {
            Vae vae = network instanceof Vae found ? found : null;
            LatentShape shape = vae == null ? ((Dcgan) network).shape() : vae.shape();
            return new Config(
                    vae == null ? GAN : VAE,
                    shape.size(),
                    shape.latentSize(),
                    shape.blockOutChannels(),
                    shape.classes(),
                    vae == null ? null : vae.reconstruction());
        }

        /** @throws IllegalArgumentException when a key is missing, of another kind or out of range */
        Network network() {
            if (blockOutChannels == null || !isClass(className)) {
                throw new IllegalArgumentException("block_out_channels must be given, and _class_name " + className
                        + " must be " + GAN + " or " + VAE);
            }
            if (className.equals(GAN) != (reconstruction == null)) {
                throw new IllegalArgumentException(
                        "reconstruction " + reconstruction + " must be given for " + VAE + " and left out for " + GAN);
            }
            LatentShape shape = new LatentShape(sampleSize, latentSize, blockOutChannels, numClassEmbeds);
            return reconstruction == null ? new Dcgan(shape) : new Vae(shape, reconstruction);
        }
    }

    static boolean isClass(@Nullable String name) {
        return GAN.equals(name) || VAE.equals(name);
    }

    /**
     * Reads the configuration and finds the weights.
     *
     * @throws InvalidModelException when a part is missing or wrong
     */
    static LatentFolder open(Path folder) throws IOException {
        for (String path : List.of(CONFIG, WEIGHTS)) {
            if (!Files.isRegularFile(folder.resolve(path))) {
                throw new InvalidModelException(path + " is missing in the folder " + folder.getFileName());
            }
        }
        try {
            ObjectNode object = JsonFiles.read(folder.resolve(CONFIG));
            return new LatentFolder(
                    folder, JsonFiles.bind(CONFIG, object, Config.class).network());
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(CONFIG + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new InvalidModelException(CONFIG + " is gone from the folder " + folder.getFileName(), e);
        }
    }

    /**
     * Writes a folder with F32 weights.
     *
     * @param network a {@link Dcgan} or a {@link Vae}
     * @param weights every parameter of {@code network} in its order
     */
    public static void write(Path folder, Network network, float[] weights) throws IOException {
        new LatentFolder(folder, network).writeConfigs(folder);
        WeightsFile.writeFlat(folder.resolve(WEIGHTS), network.parameters(), weights, Dtype.F32);
    }

    @Override
    public void writeConfigs(Path target) throws IOException {
        Files.createDirectories(target.resolve("generator"));
        Config config = Config.of(network);
        ObjectNode index = JsonFiles.newObject();
        index.put("_class_name", config.className());
        index.putArray("generator").add("stepwise").add(config.className());
        JsonFiles.write(target.resolve(MODEL_INDEX), index);
        JsonFiles.write(target.resolve(CONFIG), config);
    }

    @Override
    public @Nullable Integer classes() {
        return network.classes();
    }

    @Override
    public List<ParameterSpec> parameters() {
        return network.parameters();
    }

    @Override
    public Path weightsFile() {
        return folder.resolve(WEIGHTS);
    }

    @Override
    public String weightsPath() {
        return WEIGHTS;
    }

    @Override
    public boolean check() throws IOException {
        return WeightsFile.check(weightsFile(), parameters());
    }
}
