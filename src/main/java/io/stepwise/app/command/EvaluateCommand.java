package io.stepwise.app.command;

import ai.djl.ndarray.NDManager;
import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageDataset;
import io.stepwise.model.UNet;
import io.stepwise.report.ModelReport;
import io.stepwise.report.NumberedPage;
import io.stepwise.report.ReportOptions;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Evaluates the quality of a model. */
@Command(
        name = "evaluate",
        showDefaultValues = true,
        description = "Writes a report on the quality of a model: unpicked samples, loss curve,"
                + " weights beside their average, nearest training images, distances to real images.",
        footer = {
            "",
            "Takes minutes: it makes 3 × COUNT images, one set of them with guidance, which costs twice.",
            "Example: stepwise evaluate --output docs/default-model --page docs/default-model.md"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Option(
            names = {"-m", "--model"},
            paramLabel = "NAME",
            description = "Name of the model; by default the default model.")
    private @Nullable String model;

    @Mixin
    private VersionOption version = new VersionOption();

    @Option(
            names = "--run",
            paramLabel = "RUN",
            description = "The run that it comes from; by default from its manifest.")
    private @Nullable String run;

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = "Its training data set; by default from its manifest.")
    private @Nullable String dataset;

    @Option(names = "--count", paramLabel = "COUNT", description = "Images of each kind that are compared.")
    private int count = 512;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the images that are compared.")
    private long seed = 0;

    @Option(names = "--steps", paramLabel = "N", description = "Denoising steps of DDIM.")
    private int steps = 20;

    @Option(names = "--guidance", paramLabel = "X", description = "Scale of guidance to show beside none; 1: none.")
    private double guidance = 1.5;

    @Option(
            names = "--sweep",
            paramLabel = "COUNT",
            description = "Images to make by each of two samplers in 5, 10, 20, 50 and 250 steps; 0: none.")
    private int sweep = 0;

    @Option(names = "--search", paramLabel = "N", description = "Training images to search for the nearest.")
    private long search = 1 << 16;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            required = true,
            description = "The output folder; created if it does not exist.")
    private Path output = Path.of("");

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "A Markdown page that gets the tables between its lines '" + NumberedPage.BEGIN + "' and '"
                    + NumberedPage.END + "'.")
    private @Nullable Path page;

    @Mixin
    private ModelsOption models = new ModelsOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ReportOptions options = new ReportOptions(count, seed, steps, guidance, sweep, search);
        StepwiseConfig config = Settings.read();
        ModelRepository repository = models.repository();
        String name = model == null ? config.model() : model;
        ModelVersion judged = version.of(repository, name);
        VersionMetadata metadata = repository.verify(judged).metadata();
        PrintWriter out = spec.commandLine().getOut();
        try (ImageDataset training = training(config, judged, metadata);
                NDManager manager = NDManager.newBaseManager()) {
            ModelReport report = new ModelReport(judged, runFolder(config, metadata), training, options);
            String tables = report.write(manager, output, doing -> {
                out.println(doing);
                out.flush();
            });
            if (page != null) {
                NumberedPage.replace(page, tables);
            }
            out.println();
            out.print(tables);
            out.flush();
        }
        return 0;
    }

    private ImageDataset training(StepwiseConfig config, ModelVersion judged, VersionMetadata metadata)
            throws IOException {
        String name = dataset == null ? metadata.attributes().get("dataset") : dataset;
        if (name == null) {
            throw new IOException(judged + " does not say what it was trained on: give --dataset");
        }
        UNet net = UNet.of(judged.pipeline().unetConfig());
        DatasetSpec images =
                new DatasetSpec(name, net.width(), net.height(), net.config().inChannels());
        return config.openDatasets().open(images);
    }

    /** The run from the option, which must exist; otherwise the run of the manifest, which may be deleted. */
    private @Nullable RunFolder runFolder(StepwiseConfig config, VersionMetadata metadata) throws IOException {
        if (run != null) {
            return RunFolder.open(config.runs(), run);
        }
        String own = metadata.run();
        try {
            return own == null ? null : RunFolder.open(config.runs(), own);
        } catch (NoSuchFileException gone) {
            return null;
        }
    }
}
