package io.stepwise.model;

import io.stepwise.repository.UNetConfigJson;
import io.stepwise.repository.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A U-Net of the golden vectors, read as a published model is read.
 *
 * @param net at its own sample size
 * @param weights in the order of its parameters
 */
@SuppressWarnings("ArrayRecordComponent")
public record GoldenUNet(UNet net, float[] weights) {
    /** The folder of all golden vectors. */
    public static Path root() {
        return Path.of(System.getProperty("golden.dir", "src/test/resources/golden"));
    }

    /** The folders of U-Nets, sorted. */
    public static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(root())) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("unet-"))
                    .sorted()
                    .toList();
        }
    }

    /** The network in a folder of {@code config.json} and weights. */
    public static GoldenUNet read(Path folder) throws IOException {
        UNet net = UNet.of(UNetConfigJson.read(folder.resolve("config.json")));
        Path file = folder.resolve("diffusion_pytorch_model.safetensors");
        return new GoldenUNet(net, WeightsFile.readFlat(file, net.parameters()));
    }
}
