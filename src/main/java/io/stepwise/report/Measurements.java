package io.stepwise.report;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.image.Pixels;
import io.stepwise.image.Resampling;
import io.stepwise.training.kind.ImageMaker.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Sets of images, each measured against the same real ones. */
final class Measurements {
    private final TrainedModel model;
    private final RealImages real;
    private final ReportOptions options;
    private final Consumer<String> progress;
    private final boolean labelsCanBeRead;
    private final List<Measurement> all = new ArrayList<>();

    Measurements(
            TrainedModel model,
            ImageDataset training,
            RealImages real,
            ReportOptions options,
            Consumer<String> progress) {
        this.model = model;
        this.real = real;
        this.options = options;
        this.progress = progress;
        labelsCanBeRead = LabelAccuracy.canRead(training, model.labels());
    }

    List<Measurement> all() {
        return List.copyOf(all);
    }

    /** Other real images: no model can be expected to come nearer. */
    void ofReal() {
        List<Pixels> others = RealImages.pixels(real.others());
        add(
                "other " + real.kind(),
                others,
                labels(others, i -> real.labels().get(real.others().get(i).label())),
                null);
    }

    /** Images made with {@code weights}; returns them. */
    List<Pixels> ofSamples(NDManager manager, String name, float[] weights, double guidance) {
        return ofSamples(manager, name, model, weights, guidance);
    }

    /** The same, sampled as {@code way} does. */
    List<Pixels> ofSamples(NDManager manager, String name, TrainedModel way, float[] weights, double guidance) {
        progress.accept(real.count() + " " + name);
        List<Start> starts = model.starts(options.seed(), real.count(), guidance);
        long before = System.nanoTime();
        List<Pixels> samples = way.images(manager, weights, starts);
        double seconds = (System.nanoTime() - before) / 1e9 / samples.size();
        add(name, samples, labels(samples, i -> model.labels().get(starts.get(i).label())), seconds);
        return samples;
    }

    /** Images whose faults are known, to compare the model's with: real ones without fine detail, and noise. */
    void ofYardsticks() {
        List<Pixels> blurred = new ArrayList<>();
        List<Pixels> noise = new ArrayList<>();
        for (int i = 0; i < real.count(); i++) {
            Pixels image = real.others().get(i).pixels();
            blurred.add(blurred(image));
            noise.add(noise(image, i));
        }
        add("the same, shrunk to half and enlarged", blurred, null, null);
        add("the noise that sampling starts from", noise, null, null);
    }

    private void add(
            String name, List<Pixels> images, @Nullable LabelAccuracy labels, @Nullable Double secondsPerImage) {
        all.add(Measurement.of(name, images, RealImages.pixels(real.reference()), labels, secondsPerImage));
    }

    private @Nullable LabelAccuracy labels(List<Pixels> images, IntFunction<String> asked) {
        return labelsCanBeRead ? LabelAccuracy.of(images, asked) : null;
    }

    private static Pixels blurred(Pixels image) {
        Pixels half = Resampling.AREA.resize(image, Math.max(1, image.width() / 2), Math.max(1, image.height() / 2));
        return Resampling.BICUBIC.resize(half, image.width(), image.height());
    }

    private Pixels noise(Pixels size, int number) {
        float[] values = new float[size.data().length];
        CounterNoise.fill(options.seed(), number, 0, values, 0, values.length);
        return Pixels.fromSigned(values, 0, size.channels(), size.height(), size.width());
    }
}
