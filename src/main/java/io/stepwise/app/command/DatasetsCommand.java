package io.stepwise.app.command;

import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.data.BrokenPicture;
import io.stepwise.data.OnBroken;
import io.stepwise.data.store.BrokenPicturesException;
import io.stepwise.data.store.DatasetStore;
import io.stepwise.data.store.DatasetSummary;
import io.stepwise.data.store.DatasetUse;
import io.stepwise.data.store.PreviewRequest;
import io.stepwise.upload.FolderFiles;
import io.stepwise.upload.ZipFiles;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Manages the data sets. */
@Command(
        name = "datasets",
        description = "Lists the data sets: name, images, classes, bytes.",
        synopsisSubcommandLabel = "[COMMAND]")
final class DatasetsCommand implements Callable<Integer> {
    /** The option for the folder of the data sets. */
    static final class DatasetsOption {
        @Option(
                names = "--datasets",
                paramLabel = "FOLDER",
                description =
                        "The folder of data sets; by default STEPWISE_DATASETS, or else 'datasets' in the working directory.")
        private @Nullable Path datasets;

        DatasetStore store() throws IOException {
            StepwiseConfig config = Settings.read();
            return new DatasetStore(
                    datasets == null ? config.datasets() : datasets, config.uploadLimits(), DatasetUse.NOBODY);
        }
    }

    @Mixin
    private DatasetsOption datasets = new DatasetsOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        for (DatasetSummary each : datasets.store().list()) {
            String problem = each.problem();
            out.printf(
                    "%s  %s  %s  %s%s%n",
                    each.name(),
                    each.images(),
                    each.labels().size(),
                    each.bytes(),
                    each.builtin() ? "  built in" : problem == null ? "" : "  " + problem);
        }
        return 0;
    }

    @Command(name = "add", description = "Copies pictures to a new data set, if all can be read.")
    int add(
            @Mixin DatasetsOption where,
            @Parameters(paramLabel = "NAME", description = "Name of the data set.") String name,
            @Parameters(
                            paramLabel = "SOURCE",
                            description =
                                    "A folder or a zip archive; folders in it are classes, or labels.csv names them.")
                    Path source,
            @Option(names = "--skip-broken", description = "Leaves out pictures that can't be read.") boolean skip)
            throws IOException {
        try {
            DatasetSummary added = add(where.store(), name, source, skip ? OnBroken.SKIP : OnBroken.FAIL);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%s: %s images, %s classes%n",
                            name, added.images(), added.labels().size());
            added.broken().forEach(this::report);
            return 0;
        } catch (BrokenPicturesException e) {
            e.named().forEach(this::report);
            throw e;
        }
    }

    private void report(BrokenPicture picture) {
        spec.commandLine().getErr().println(picture.file() + ": " + picture.reason());
    }

    private static DatasetSummary add(DatasetStore store, String name, Path source, OnBroken onBroken)
            throws IOException {
        if (Files.isDirectory(source)) {
            try (FolderFiles files = new FolderFiles(source)) {
                return store.upload(name, files, onBroken);
            }
        }
        try (ZipFiles zip = ZipFiles.of(source, store.limits().upload())) {
            return store.upload(name, zip, onBroken);
        }
    }

    @Command(name = "preview", description = "Draws some pictures of a data set on one sheet.")
    int preview(
            @Mixin DatasetsOption where,
            @Parameters(paramLabel = "NAME", description = "Name of the data set.") String name,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            required = true,
                            description = "The PNG file to write.")
                    Path output,
            @Option(
                            names = "-n",
                            paramLabel = "N",
                            defaultValue = "" + PreviewRequest.DEFAULT_N,
                            description = "Pictures at most; by default ${DEFAULT-VALUE}.")
                    int n,
            @Option(
                            names = "--size",
                            paramLabel = "PIXELS",
                            defaultValue = "" + PreviewRequest.DEFAULT_SIZE,
                            description = "Side of a picture; by default ${DEFAULT-VALUE}.")
                    int size,
            @Option(names = "--label", paramLabel = "CLASS", description = "Only pictures of this class.") @Nullable
                    String label)
            throws IOException {
        try {
            Files.write(
                    output,
                    where.store()
                            .preview(name, new PreviewRequest(n, size, label))
                            .png());
            return 0;
        } catch (InterruptedException e) {
            throw new InterruptedIOException("drawing was interrupted");
        }
    }

    @Command(name = "delete", description = "Deletes a data set. Training jobs are not asked whether they need it.")
    int delete(
            @Mixin DatasetsOption where,
            @Parameters(paramLabel = "NAME", description = "Name of the data set.") String name)
            throws IOException {
        where.store().delete(name);
        return 0;
    }
}
