package io.stepwise.app.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.generate.GenerateRequestReader;
import io.stepwise.api.generate.GenerationParameters;
import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.image.ImageFormat;
import io.stepwise.serving.MeasuredEncoder;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes images and writes them to files, without HTTP. */
@Command(
        name = "generate",
        description = "Generates images and writes them to files.",
        footer = {
            "",
            "Prints the paths it wrote. A PNG carries what made it in its text chunk 'parameters'.",
            "Example: stepwise generate -n 4 --seed 42 --output faces"
        })
final class GenerateCommand implements Callable<Integer> {
    private final LocalGenerator.Opener engines;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "NAME",
            description = "Name of the model.")
    private @Nullable String model;

    @Mixin
    private VersionOption version = new VersionOption();

    @Option(names = "-n", paramLabel = "N", description = "How many images; by default 1.")
    private @Nullable Integer n;

    @Option(names = "--seed", paramLabel = "N", description = "Unsigned 64-bit; drawn by default.")
    private @Nullable String seed;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Denoising steps; by default 20. A GAN or a VAE takes one.")
    private @Nullable Integer steps;

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            description = "ddim (default), ddpm, euler, euler-ancestral, heun, dpm++2m, unipc or lcm.")
    private @Nullable String sampler;

    @Mixin
    private SamplerOptionsMixin options = new SamplerOptionsMixin();

    @Option(
            names = "--label",
            paramLabel = "CLASS",
            description = "Name or number of a class, or words of it; by default the seed chooses a class.")
    private @Nullable String label;

    @Option(names = "--guidance", paramLabel = "X", description = "Scale of guidance; 1 is off.")
    private @Nullable Double guidance;

    @Option(
            names = "--guide-model",
            paramLabel = "NAME",
            description = "Model that guides away from its own errors; by default the same model.")
    private @Nullable String guideModel;

    @Option(names = "--guide-version", paramLabel = "N", description = "Its version; by default the served one.")
    private @Nullable Integer guideVersion;

    @Option(names = "--format", paramLabel = "NAME", description = "png (default) or jpeg.")
    private @Nullable String format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            description = "The output folder, created if it does not exist; by default the working directory.")
    private Path output = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** @param engines starts the engine that makes the images */
    GenerateCommand(LocalGenerator.Opener engines) {
        this.engines = engines;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        StepwiseConfig config = Settings.read();
        GenerateRequestReader.ParsedRequest asked = new GenerateRequestReader(config.generateLimits()).read(request());
        try (LocalGenerator engine = engines.open(config)) {
            write(generation(engine, asked.request()), asked.format().orElse(ImageFormat.PNG));
        }
        return 0;
    }

    private ObjectNode request() {
        ObjectNode request = JsonNodeFactory.instance
                .objectNode()
                .put("model", model)
                .put("version", version.number())
                .put("n", n)
                .put("seed", seed)
                .put("steps", steps)
                .put("sampler", sampler)
                .put("label", label)
                .put("guidance", guidance)
                .put("format", format);
        options.putInto(request);
        if (guideModel != null || guideVersion != null) {
            request.putObject("guide").put("model", guideModel).put("version", guideVersion);
        }
        return request;
    }

    private static Generation generation(LocalGenerator engine, GenerationRequest request)
            throws IOException, InterruptedException {
        try {
            return engine.generator().submit(request).toCompletableFuture().get();
        } catch (ExecutionException failure) {
            throw new IOException(
                    failure.getCause() == null ? "" : failure.getCause().getMessage(), failure);
        }
    }

    private void write(Generation generation, ImageFormat encoding) throws IOException {
        Files.createDirectories(output);
        for (GeneratedImage image : generation.images()) {
            Path file = output.resolve(String.format(
                    "%s-%s-%s-%s.%s",
                    generation.model(),
                    generation.version(),
                    Long.toUnsignedString(image.seed()),
                    image.index(),
                    encoding.wireName()));
            Files.write(
                    file, MeasuredEncoder.image(image, encoding, GenerationParameters.of(generation, image.index())));
            spec.commandLine().getOut().println(file);
        }
    }
}
