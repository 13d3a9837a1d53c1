package io.stepwise.app.command;

import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.bench.gpu.ExportedPrograms;
import io.stepwise.model.UNet;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.UNetConfigJson;
import io.stepwise.repository.WeightsFile;
import io.stepwise.training.kind.UNetPresets;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes what {@code src/bench/gpu/check.py} needs, on a machine that needs no GPU. */
@Command(
        name = "programs",
        description = {
            "Writes networks as TorchScript programs for a GPU, with inputs and expected outputs.",
            "These are the configured model, and the presets base (32x32) and report (64x64) with weights by a formula."
        },
        footer = {"", "Example: stepwise bench programs target/gpu/programs src/test/resources/golden/unet-report"})
final class BenchProgramsCommand implements Callable<Integer> {
    private static final String GOLDEN = "golden.safetensors";

    @Parameters(index = "0", paramLabel = "DIR", description = "Gets a folder for each network.")
    private Path target = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "UNET",
            description = "Folders of further networks, each with config.json and weights as diffusers writes them, and"
                    + " perhaps golden.safetensors, which is copied.")
    private List<Path> folders = List.of();

    @Override
    public Integer call() throws IOException {
        StepwiseConfig config = Settings.read();
        ExportedPrograms.writeUpdate(target);
        PipelineFolder model =
                new ModelRepository(config.models()).served(config.model()).pipeline();
        write(config.model(), UNet.of(model.unetConfig()), model.weightsFile());
        preset("base", 32);
        preset("report", 64);
        for (Path folder : folders) {
            String name = folder.toAbsolutePath().normalize().getFileName().toString();
            UNet net = UNet.of(UNetConfigJson.read(folder.resolve("config.json")));
            write(name, net, folder.resolve("diffusion_pytorch_model.safetensors"));
            if (Files.exists(folder.resolve(GOLDEN))) {
                Files.copy(
                        folder.resolve(GOLDEN),
                        target.resolve(name).resolve(GOLDEN),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return 0;
    }

    private void write(String name, UNet net, Path weights) throws IOException {
        ExportedPrograms.write(target.resolve(name), net, WeightsFile.readFlat(weights, net.parameters()));
    }

    private void preset(String name, int size) throws IOException {
        String spec = String.format(Locale.ROOT, "{\"unet\": \"%s\", \"image_size\": %d}", name, size);
        UNet net = UNetPresets.resolve(TrainingSpecJson.read(spec), 0);
        ExportedPrograms.write(target.resolve(name + "-" + size), net);
    }
}
