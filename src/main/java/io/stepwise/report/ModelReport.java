package io.stepwise.report;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.LabelledImage;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.image.Pixels;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a published version and writes a report into a folder:
 *
 * <pre>
 * samples.png         a column per label, seeds 0 … 7, no guidance
 * samples-guided.png  the same with guidance, where the network can be guided
 * unlabelled.png      a hundred images, one of each of the first seeds, without a label
 * samplers.png        a row per sampler and number of steps (if they are compared)
 * nearest.png         samples and the training images nearest to them
 * loss.png            the run's loss             (where the run is there)
 * ema.png             weights and their average  (where its checkpoints are there)
 * metrics.json        every number
 * numbers.md          the same as tables
 * </pre>
 *
 * <p>Samples are compared with real images by sliced Wasserstein, kernel and colour distances, precision and recall, beside other real images, real
 * images that lost their detail, and noise, which show what the numbers mean. The bits per dimension are a bound on the
 * likelihood of the real images. For the built-in faces the real images are
 * ones that no run has trained on; of other data sets, of which all or most is trained on, they are training images.
 */
public final class ModelReport {
    private static final int SHOWN = 8;
    private static final int SEARCHES = 64;

    private final TrainedModel model;
    private final RunHistory history;
    private final ImageDataset training;
    private final ReportOptions options;
    private final RealImages real;

    /**
     * @param run the run it comes from; null where that is not known
     * @param training its training images at the size of its network; remains the caller's
     * @throws IOException also when the run's checkpoints are not of this network
     */
    public ModelReport(ModelVersion version, @Nullable RunFolder run, ImageDataset training, ReportOptions options)
            throws IOException {
        this.model = TrainedModel.read(version, options.steps());
        this.history = RunHistory.read(run, version, model.net());
        this.training = training;
        this.options = options;
        this.real = RealImages.of(training, options.count());
    }

    /**
     * Makes the images, measures and writes everything.
     *
     * @param folder made when it is not there
     * @param progress receives a line per action
     * @return the tables, Markdown
     */
    public String write(NDManager manager, Path folder, Consumer<String> progress) throws IOException {
        Files.createDirectories(folder);
        ReportPictures pictures = new ReportPictures(folder, model);
        progress.accept("sample grids");
        pictures.samples(manager, "samples.png", 1);
        if (guides()) {
            pictures.samples(manager, "samples-guided.png", options.guidance());
        }
        pictures.unlabelled(manager, "unlabelled.png");
        picturesOfRun(manager, pictures, progress);
        Measurements measurements = new Measurements(model, training, real, options, progress);
        measurements.ofReal();
        List<Pixels> samples = measurements.ofSamples(manager, "samples", model.weights(), 1);
        if (guides()) {
            String name = "samples, guidance " + options.guidance();
            measurements.ofSamples(manager, name, model.weights(), options.guidance());
        }
        float[] raw = history.rawWeights();
        if (raw != null) {
            measurements.ofSamples(manager, "samples without EMA", raw, 1);
        }
        measurements.ofYardsticks();
        progress.accept("nearest training images");
        ReportNumbers.Nearest nearest = nearest(pictures, samples);
        progress.accept("bits per dimension");
        BitsPerDimension bits = LikelihoodBound.of(manager, model, real, options.seed());
        return numbers(folder, bits, measurements.all(), samplers(manager, pictures, progress), nearest);
    }

    private List<Measurement> samplers(NDManager manager, ReportPictures pictures, Consumer<String> progress)
            throws IOException {
        if (options.sweep() == 0) {
            return List.of();
        }
        Measurements measurements =
                new Measurements(model, training, RealImages.of(training, options.sweep()), options, progress);
        SamplerSweep.write(manager, model, measurements, pictures);
        return measurements.all();
    }

    private boolean guides() {
        return model.guided() && options.guidance() != 1;
    }

    private void picturesOfRun(NDManager manager, ReportPictures pictures, Consumer<String> progress)
            throws IOException {
        if (history.rows().isEmpty()) {
            progress.accept("the run's metrics are not here: no loss.png");
        } else {
            pictures.loss("loss.png", history.rows());
        }
        if (history.checkpoints().isEmpty()) {
            progress.accept("the run's checkpoints are not here: no ema.png");
        } else {
            progress.accept("weights and their average");
            pictures.average(manager, "ema.png", history.checkpoints());
        }
    }

    private ReportNumbers.Nearest nearest(ReportPictures pictures, List<Pixels> samples) throws IOException {
        int searches = Math.min(SEARCHES, samples.size());
        List<Pixels> images = new ArrayList<>(samples.subList(0, searches));
        for (LabelledImage image : real.reference().subList(0, searches)) {
            images.add(image.pixels());
        }
        List<List<NearestImages.Match>> matches = NearestImages.of(training, options.searched(), images);
        int shown = Math.min(SHOWN, searches);
        pictures.nearest("nearest.png", training, samples.subList(0, shown), matches.subList(0, shown));
        return new ReportNumbers.Nearest(
                Math.min(options.searched(), training.size()),
                searches,
                meanDistance(matches.subList(0, searches)),
                meanDistance(matches.subList(searches, 2 * searches)),
                matches.subList(0, searches));
    }

    private static double meanDistance(List<List<NearestImages.Match>> matches) {
        return matches.stream()
                .mapToDouble(nearest -> nearest.get(0).distance())
                .average()
                .orElse(Double.NaN);
    }

    private String numbers(
            Path folder,
            @Nullable BitsPerDimension bits,
            List<Measurement> measurements,
            List<Measurement> samplers,
            ReportNumbers.Nearest nearest)
            throws IOException {
        ModelVersion version = model.version();
        ReportNumbers numbers = new ReportNumbers(
                version.model(),
                version.number(),
                version.manifest().checkpointSha256(),
                model.net().parameterCount(),
                history.summary(),
                training.name(),
                real.count(),
                new ReportNumbers.Sampling(
                        SamplerName.DDIM.wireName(),
                        model.spacing(),
                        options.steps(),
                        options.seed(),
                        Runtime.getRuntime().availableProcessors()),
                real.kind(),
                real.heldOut(),
                bits,
                measurements,
                samplers,
                nearest);
        String tables = new ReportTables(numbers).markdown();
        DurableFiles.replace(folder.resolve("metrics.json"), numbers.json().getBytes(StandardCharsets.UTF_8));
        DurableFiles.replace(folder.resolve("numbers.md"), tables.getBytes(StandardCharsets.UTF_8));
        return tables;
    }
}
