package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.sampler.Consistency;
import io.stepwise.diffusion.sampler.Ddim;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.image.Pixels;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.model.training.ActivationCount;
import io.stepwise.model.training.Loss;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.SchedulerBridge;
import io.stepwise.repository.WeightsFile;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.objective.Objective;
import io.stepwise.training.spec.ConsistencySpec;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A diffusion model before its training. */
public record DiffusionDesign(TrainingSpec spec, UNet net, List<String> labels) implements Design {
    /** Steps of the images that a run makes of itself. */
    static final int STEPS = 20;

    private static final int MOST_IMAGES = 512;

    static DiffusionDesign of(TrainingSpec spec, List<String> labels) {
        return new DiffusionDesign(spec, UNetPresets.resolve(spec, labels.size()), labels);
    }

    @Override
    public List<ParameterSpec> parameters() {
        return net.parameters();
    }

    @Override
    public float[] initialWeights() {
        return WeightInitialization.of(net.parameters(), spec.seed());
    }

    @Override
    public double workPerImage() {
        return net.flops();
    }

    @Override
    public long activationBytes() {
        return ActivationCount.bytes(net, precision()) * Math.min(spec.batchSize(), net.samplesAtOnce());
    }

    @Override
    public List<String> warnings() {
        if (spec.schedule() == null || !spec.noiseSchedule().leaksSignal()) {
            return List.of();
        }
        return List.of(String.format(
                Locale.ROOT,
                "the schedule leaves signal at its last timestep: sqrt(alphas_cumprod[T-1]) is %.4f, above %.2f; "
                        + "sampling from pure noise will tint the images (use an unclipped or zero-terminal-SNR schedule)",
                spec.noiseSchedule().terminalSignal(),
                NoiseSchedule.SIGNAL_LEAK));
    }

    /** With a number for the σ_data of edm: the one given, else {@code known}, else the one of the data set. */
    @Override
    public DiffusionDesign measured(ImageDataset dataset, ObjectiveState known) {
        if (spec.sigmaData() == null || spec.sigmaData().value() != null) {
            return this;
        }
        double sigmaData = known.sigmaData() == null ? deviation(dataset) : known.sigmaData();
        return new DiffusionDesign(TrainingSpecJson.with(spec, Map.of("sigma_data", sigmaData)), net, labels);
    }

    /** The standard deviation of the images in [-1, 1], over all pixels and channels, of at most 512 images spread evenly. */
    public static double deviation(ImageDataset dataset) {
        int count = (int) Math.min(MOST_IMAGES, dataset.size());
        long values = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            Pixels pixels = dataset.get(i * dataset.size() / count).pixels();
            float[] signed = new float[pixels.data().length];
            pixels.toSigned(signed, 0, false);
            for (double value : signed) {
                sum += value;
                squares += value * value;
            }
            values += signed.length;
        }
        double mean = sum / values;
        return Math.sqrt(Math.max(squares / values - mean * mean, Double.MIN_NORMAL));
    }

    @Override
    public Trainee begin(NDManager manager, Checkpoint from, ImageDataset dataset, @Nullable ImageDataset heldOut) {
        return new DiffusionTrainee(this, manager, from, heldOut);
    }

    @Override
    public void write(Path folder, float[] weights) throws IOException {
        PipelineFolder.write(
                folder,
                net.config(),
                SchedulerBridge.config(network(), variance()),
                WeightsFile.tensors(net.parameters(), weights),
                Dtype.F32);
    }

    /** The class that means "no label"; -1 for an unconditional network. */
    public int noLabel() {
        return net.classes() == null ? -1 : labels.size();
    }

    /** The precision of the heavy operators on this machine. */
    public Precision precision() {
        return spec.precision().here();
    }

    /** What the network takes and predicts; the σ_data of edm must have been measured. */
    Parameterization network() {
        return Objective.network(spec);
    }

    /** The variance of its steps with ddpm. */
    private Ddpm.Variance variance() {
        return spec.variance() == TrainingSpec.Variance.FIXED ? Ddpm.Variance.FIXED_SMALL : Ddpm.Variance.LEARNED_RANGE;
    }

    /** What is compared, and how. */
    Loss loss() {
        return spec.consistency() == null ? spec.loss() : Loss.CONSISTENCY;
    }

    /** DDIM in {@link #STEPS} steps without guidance; after consistency tuning its sampler in few steps. */
    SampleGrid sampleGrid() {
        List<String> known = noLabel() < 0 ? List.of() : labels;
        var trajectory = spec.consistency() == null
                ? Ddim.of(0, Spacing.TRAILING).trajectory(network(), STEPS)
                : Consistency.of(Spacing.TRAILING).trajectory(network(), ConsistencySpec.USUAL_STEPS);
        return new SampleGrid(new ImageMaker(net, trajectory, known.size()), known);
    }
}
